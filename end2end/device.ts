import type { Page } from "@playwright/test";

/** What a page runs on: its clock goes wrong, its screen is turned to something else. */
export class Device {
  private constructor(private readonly page: Page) {}

  /** Before the page is opened. What its own clock says stays readable as `ownNow`. */
  static async under(page: Page): Promise<Device> {
    await page.addInitScript(() => {
      const [now, running] = [Date.now.bind(Date), performance.now.bind(performance)];
      const device = { offMs: 0, hidden: false };
      // A device that sleeps stops both: how they stand to each other says nothing of it.
      Date.now = () => now() + device.offMs;
      performance.now = () => running() + device.offMs;
      Object.defineProperty(document, "hidden", { get: () => device.hidden });
      Object.assign(window, { device, ownNow: now });
    });
    return new Device(page);
  }

  /** Turns to something else, and is so far off from now on. */
  async leave(offMs: number): Promise<void> {
    await this.turn({ hidden: true, offMs });
  }

  /** Shows the page again. */
  async comeBack(): Promise<void> {
    await this.turn({ hidden: false });
  }

  private async turn(to: { hidden: boolean; offMs?: number }): Promise<void> {
    await this.page.evaluate((to) => {
      Object.assign((window as unknown as { device: object }).device, to);
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, to);
  }
}
