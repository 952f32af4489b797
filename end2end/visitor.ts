import { type BrowserContext, expect, type Page, type Request } from "@playwright/test";
import { FrameLog } from "./frames";
import { type Lang, type Texts, texts } from "./texts";

/** One person at one browser: a page, what its socket says, and what went wrong in it. */
export class Visitor {
  readonly t: Texts;
  readonly frames: FrameLog;
  private readonly problems: string[] = [];
  private readonly tolerated: RegExp[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    lang: Lang,
  ) {
    this.t = texts(lang);
    this.frames = new FrameLog(page);
    // Refusals of the Content-Security-Policy arrive here too.
    page.on("console", (message) => {
      // The request itself is judged below, with its address.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        this.problems.push(`console: ${message.text()}`);
      }
    });
    page.on("pageerror", (error) => this.problems.push(`uncaught: ${error.message}`));
    page.on("requestfailed", (request) => this.failed(request, request.failure()?.errorText ?? "failed"));
    page.on("response", (response) => {
      if (response.status() >= 400) this.failed(response.request(), String(response.status()));
    });
  }

  /** Opens a page that has a live connection, and waits until WASM has taken it over and is connected. */
  async goto(path: string): Promise<void> {
    const before = this.frames.hellos;
    await this.page.goto(path);
    await this.frames.connected(before);
  }

  /** Names a failure that belongs to the test: part of a console message, of an address or of its failure. */
  tolerate(...patterns: RegExp[]): void {
    this.tolerated.push(...patterns);
  }

  /** What a page may do wrong while its network or its server is gone. */
  tolerateBrokenNetwork(): void {
    this.tolerate(/net::ERR_/, /WebSocket connection to/);
  }

  /** Waits until the parts of the page that come later are there too: a page cannot go on without them. */
  async settled(): Promise<void> {
    await this.page.waitForLoadState("networkidle");
  }

  /** Keeps requests to an address back until the function that it returns is called. */
  async hold(address: RegExp): Promise<() => void> {
    let letGo = () => {};
    const released = new Promise<void>((resolve) => (letGo = resolve));
    await this.page.route(address, async (route) => {
      await released;
      await route.continue();
    });
    return letGo;
  }

  /** Fails unless the document is still the one of this call: nothing was reloaded. */
  async staysOnPage(): Promise<() => Promise<void>> {
    const origin = () => this.page.evaluate(() => performance.timeOrigin);
    const before = await origin();
    return async () => expect(await origin(), "the page was reloaded").toBe(before);
  }

  /** Fails when the page is wider than its screen: when it scrolls sideways, or shrinks to be seen as a whole. */
  async assertFits(): Promise<void> {
    const width = await this.page.evaluate(() => document.documentElement.scrollWidth);
    const screen = this.page.viewportSize()!.width;
    expect(width, `the width of ${this.page.url()}`).toBeLessThanOrEqual(screen);
  }

  /** Called by the fixture at the end of each test. */
  assertNoProblems(): void {
    const problems = this.problems.filter((problem) => !this.tolerated.some((pattern) => pattern.test(problem)));
    expect(problems, "errors in the browser").toEqual([]);
  }

  /** What this browser was shown, for the report of a failed test. */
  report(): string {
    return [this.page.url(), ...this.problems, ...this.frames.lines].join("\n");
  }

  private failed(request: Request, how: string): void {
    // A page that is left aborts what it was loading.
    if (how !== "net::ERR_ABORTED") this.problems.push(`${request.method()} ${request.url()}: ${how}`);
  }
}
