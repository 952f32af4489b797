import { test as base } from "@playwright/test";
import { Api } from "./api";
import { Day } from "./day";
import type { Person } from "./people";
import { type Engine, Server } from "./server";
import { Sessions } from "./sessions";
import type { Lang } from "./texts";
import { Visitor } from "./visitor";

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
  /** Who is signed in to it. */
  sessions: Sessions;
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

  sessions: [async ({ browser, server }, use) => use(new Sessions(browser, server.url)), { scope: "worker" }],

  days: [
    async ({}, use) => {
      let given = 7;
      await use({ next: () => Day.ahead((given += 1)) });
    },
    { scope: "worker" },
  ],

  day: async ({ days }, use) => use(days.next()),

  baseURL: async ({ server }, use) => use(server.url),

  visit: async ({ browser, server, sessions }, use, testInfo) => {
    const visitors: Visitor[] = [];
    // Two browsers of a person are two devices.
    const devices = new Map<Person, number>();
    await use(async (person, { lang = "ko", theme, device, timezoneId } = {}) => {
      const context = await browser.newContext({ baseURL: server.url, ...device, ...(timezoneId && { timezoneId }) });
      const cookies = { madang_lang: lang, ...(theme && { madang_theme: theme }) };
      await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: server.url })));
      if (person) {
        devices.set(person, (devices.get(person) ?? 0) + 1);
        await context.addCookies((await sessions.of(person, `browser ${devices.get(person)}`)).cookies);
      }
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

  api: async ({ request, sessions }, use) => {
    const known = new Map<Person, Api>();
    await use(async (person) => {
      // The sessions of the browsers stay apart from it.
      const api = known.get(person) ?? new Api(request, await sessions.of(person, "api"));
      known.set(person, api);
      return api;
    });
  },
});

export { expect } from "@playwright/test";
export { PASSWORD, PEOPLE, type Person } from "./people";
