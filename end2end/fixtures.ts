import { test as base } from "@playwright/test";
import { Api } from "./api";
import { Day } from "./day";
import { type Engine, Server } from "./server";
import type { Lang } from "./texts";
import { Visitor } from "./visitor";

/** The people of the demo. */
export const PEOPLE = {
  admin: "admin@madang.test",
  minji: "minji@madang.test",
  junho: "junho@madang.test",
  seoyeon: "seoyeon@madang.test",
  doyun: "doyun@madang.test",
} as const;
export const PASSWORD = "madang-demo";

export type Person = keyof typeof PEOPLE;
export type Theme = "light" | "dark";

export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

export interface Browser {
  lang?: Lang;
  theme?: Theme;
  /** Size and kind of the device, like `PHONE`. */
  device?: Partial<typeof PHONE>;
  timezoneId?: string;
}

export interface Options {
  engine: Engine;
}

interface WorkerFixtures extends Options {
  /** The server that the tests of a worker share. */
  server: Server;
  /** Hands out days. */
  days: { next(): Day };
}

interface TestFixtures {
  /** A day that no other test of this server uses. */
  day: Day;
  /** A browser of its own, signed in as a person; or as nobody. */
  visit: (person: Person | null, browser?: Browser) => Promise<Visitor>;
  /** The HTTP API as a person. */
  api: (person: Person) => Promise<Api>;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  engine: ["sqlite", { option: true, scope: "worker" }],

  server: [
    async ({ engine }, use) => {
      const server = await Server.start(engine);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  days: [
    async ({}, use) => {
      let given = 7;
      await use({ next: () => Day.ahead((given += 1)) });
    },
    { scope: "worker" },
  ],

  day: async ({ days }, use) => use(days.next()),

  baseURL: async ({ server }, use) => use(server.url),

  visit: async ({ browser, server }, use, testInfo) => {
    const visitors: Visitor[] = [];
    await use(async (person, { lang = "ko", theme, device, timezoneId } = {}) => {
      const context = await browser.newContext({ baseURL: server.url, ...device, ...(timezoneId && { timezoneId }) });
      const cookies = { madang_lang: lang, ...(theme && { madang_theme: theme }) };
      await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: server.url })));
      if (person) await Api.signIn(context.request, PEOPLE[person], PASSWORD);
      const visitor = new Visitor(context, await context.newPage(), lang);
      visitors.push(visitor);
      return visitor;
    });
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach("server log", { body: server.log(), contentType: "text/plain" });
      for (const [n, visitor] of visitors.entries()) {
        await testInfo.attach(`browser ${n + 1}`, { body: visitor.report(), contentType: "text/plain" });
      }
    }
    await Promise.all(visitors.map(({ context }) => context.close()));
    for (const visitor of visitors) visitor.assertNoProblems();
  },

  api: async ({ playwright, server }, use) => {
    // Its own requests: the sessions of the browsers stay apart from it.
    const opened = new Map<Person, { api: Api; dispose: () => Promise<void> }>();
    await use(async (person) => {
      const known = opened.get(person);
      if (known) return known.api;
      const request = await playwright.request.newContext({ baseURL: server.url });
      const api = await Api.signIn(request, PEOPLE[person], PASSWORD);
      opened.set(person, { api, dispose: () => request.dispose() });
      return api;
    });
    for (const { dispose } of opened.values()) await dispose();
  },
});

export { expect } from "@playwright/test";
