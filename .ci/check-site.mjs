// Checks what the build made for the browser (dist/madang/site): that it is complete, that the style
// sheet holds what its sources say, and that the WASM stays small.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const DIST = "dist/madang";
const PKG = join(DIST, "site/pkg");
// Compressed bytes: what every page loads, and what the heaviest part of the program loads with its own
// chunks. The aims are 300 kB and 400 kB. Until the views are slim enough, nothing grows unnoticed.
const MAX_SHARED_WASM = 400_000;
const MAX_PAGE_WASM = 725_000;

let passed = 0;
const failures = [];

function check(what, problems) {
  const list = [problems].flat().filter(Boolean);
  if (list.length === 0) {
    passed += 1;
    console.log(`ok    ${what}`);
  } else {
    failures.push(what);
    console.log(`FAIL  ${what}`);
    for (const problem of list) console.log(`      ${problem}`);
  }
}

const text = (path) => readFileSync(path, "utf8");

// The command and the library of wasm-bindgen speak to each other in a format of their exact version.
{
  const locked = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(text("Cargo.lock"))?.[1];
  const command = process.env.WASM_BINDGEN_VERSION;
  check(
    `the wasm-bindgen command and library are both ${locked}`,
    command !== locked && `WASM_BINDGEN_VERSION in the Makefile is ${command}`,
  );
}

// hash.txt says which files the pages refer to.
const hashes = Object.fromEntries(
  text(join(DIST, "hash.txt"))
    .split("\n")
    .map((line) => line.split(":").map((part) => part.trim()))
    .filter(([kind, hash]) => kind && hash),
);
const file = (kind) => join(PKG, `madang.${hashes[kind]}.${kind}`);

check(
  "every file of the site is there, also compressed",
  ["css", "js", "wasm"]
    .flatMap((kind) => [file(kind), `${file(kind)}.br`])
    .filter((path) => !existsSync(path))
    .map((path) => `${path} is missing`),
);
check(
  "everything in public/ is served",
  readdirSync("public", { recursive: true })
    .filter((name) => !existsSync(join(DIST, "site", name)))
    .map((name) => `${name} is missing`),
);

// A style sheet that does not parse is not an error of the build: it goes out as it was written.
{
  const css = text(file("css"));
  check("the style sheet was parsed: it is minified", [
    css.includes("/*") && "it holds comments",
    css.trimEnd().split("\n").length > 5 && "it holds line breaks",
  ]);
  check("the style sheet has no @import left", css.includes("@import") && "it would load nothing");

  for (const name of readdirSync("style").filter((name) => name.endsWith(".css") && name !== "main.css")) {
    const source = text(join("style", name))
      .replace(/\/\*.*?\*\//gs, "")
      .replace(/"[^"]*"|'[^']*'|url\([^)]*\)/g, "");
    const classes = [...source.matchAll(/\.[a-zA-Z_][\w-]*/g)].map(([found]) => found);
    const tokens = [...source.matchAll(/(?<![\w-])--[a-zA-Z][\w-]*(?=\s*:)/g)].map(([found]) => found);
    const wanted = new Set([...classes, ...tokens]);
    const has = (name) => new RegExp(`${name.replace(".", "\\.")}(?![\\w-])`).test(css);
    check(
      `the style sheet holds the ${wanted.size} classes and tokens of ${name}`,
      [...wanted].filter((name) => !has(name)).map((name) => `${name} is missing`),
    );
  }
}

{
  const sizes = new Map();
  const compressed = (path) => {
    if (!sizes.has(path)) {
      const wasm = readFileSync(path);
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length };
      sizes.set(path, brotliCompressSync(wasm, { params }).length);
    }
    return sizes.get(path);
  };
  const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;
  const within = (what, size, limit) =>
    check(`${what}: ${kB(size)} of at most ${kB(limit)}`, size > limit && `it is ${size - limit} bytes too large`);

  const shared = compressed(file("wasm"));
  within("WASM of every page", shared, MAX_SHARED_WASM);
  const parts = JSON.parse(text(join(PKG, `__wasm_split_manifest.${hashes.manifest}.json`)));
  for (const [part, chunks] of Object.entries(parts)) {
    const own = chunks.reduce((sum, chunk) => sum + compressed(join(PKG, `${chunk}.wasm`)), 0);
    within(`WASM of ${part} in all`, shared + own, MAX_PAGE_WASM);
  }
}

console.log(`\n  ${passed} passed`);
if (failures.length > 0) {
  console.log(`  ${failures.length} failed`);
  process.exit(1);
}
