import { defineConfig } from "@playwright/test";
import type { Options } from "./fixtures";

/** The whole suite runs once for each database. PostgreSQL comes from `.ci/with-postgres`. */
const engines: Options["engine"][] = process.env.MADANG_TEST_POSTGRES_URL ? ["sqlite", "postgres"] : ["sqlite"];

export default defineConfig<object, Options>({
  testDir: "tests",
  // Each worker starts its own server.
  workers: 2,
  // On a shared machine a page can be starved past a time limit. What passes only the second time is
  // reported as flaky, with what its browsers and its server have said, and is a defect to look into.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["html", { open: "never" }]],
  projects: engines.map((engine) => ({
    name: engine,
    use: { engine },
    // How a page looks to axe is the same on each database.
    testIgnore: engine === engines[0] ? [] : "**/accessibility*.spec.ts",
  })),
  use: {
    locale: "ko-KR",
    timezoneId: "Asia/Seoul",
    viewport: { width: 1440, height: 900 },
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    // Pictures of every page and the bodies of all answers slow every test down: they are taken of a second try.
    // Without one, ask for them: ARGS="--trace retain-on-failure".
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      // Chromium without the parts that draw a window: the same pages for three quarters of the processor time.
      executablePath: process.env.CHROMIUM || "/usr/bin/chromium-headless-shell",
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    },
  },
});
