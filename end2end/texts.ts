import { readFileSync } from "node:fs";

export type Lang = "ko" | "en";

/** A text of the interface by its key, with its `{}` filled in. */
export type Texts = (key: string, ...values: (string | number)[]) => string;

/**
 * The texts of a language, read from the program's own tables, so that a better wording breaks no
 * test. Texts that are promised to clients and people stand in the tests as they are.
 */
export function texts(lang: Lang): Texts {
  const source = readFileSync(new URL(`../src/text/${lang}.rs`, import.meta.url), "utf8");
  const table = new Map<string, string>();
  for (const [, key, text] of source.matchAll(/^\s+(\w+):\s*"((?:[^"\\]|\\.)*)",/gm)) {
    table.set(key!, text!.replaceAll('\\"', '"'));
  }
  return (key, ...values) => {
    const text = table.get(key);
    if (text === undefined) throw new Error(`src/text/${lang}.rs has no text ${key}`);
    // Of a text for one and a text for more, the first value says which.
    const [one, more = one] = text.split("|");
    const form = String(values[0]) === "1" ? one! : more!;
    return values.reduce<string>((filled, value) => filled.replace("{}", String(value)), form);
  };
}
