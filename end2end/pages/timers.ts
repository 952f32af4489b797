import type { Locator, Page } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

/** The page of timers, and the running timer that every page shows. */
export class TimersPage extends Frame {
  constructor(private readonly visitor: Visitor) {
    super(visitor);
  }

  async open(): Promise<void> {
    await this.visitor.goto("/timers");
  }

  /** The large timer. */
  get main(): Locator {
    return this.page.locator(".main-timer");
  }

  get title(): Locator {
    return this.main.locator("#timer-title");
  }

  /** The digits of the large timer. */
  get left(): Locator {
    return this.main.locator(".dial-left");
  }

  /** By its whole name: shortly before a meeting there is also one that ends the timer when that begins. */
  action(key: string): Locator {
    return this.main.getByRole("button", { name: this.t(key), exact: true });
  }

  /** The question whether a timer that nobody has touched for long is still meant. */
  get forgotten(): Locator {
    return this.main.locator(".timer-warning").filter({ hasText: this.t("timer_forgotten", "") });
  }

  /** The running timer in the header. */
  get inHeader(): Locator {
    return this.page.locator(".head-timer");
  }

  get form(): Locator {
    return this.page.locator(".timer-form");
  }

  get start(): Locator {
    return this.form.locator("button[type=submit]");
  }

  get today(): Locator {
    return this.page.getByRole("region", { name: this.t("today"), exact: true }).locator(".timer-day li");
  }

  /** The card of the meeting's agenda. */
  get agenda(): Locator {
    return this.page.locator(".agenda-talk");
  }

  get todos(): Locator {
    return this.page.locator(".todo");
  }

  get history(): Locator {
    return this.page.locator(".history");
  }
}

/** Whole seconds as the page writes them. */
export const seconds = (text: string) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

/** The device's own clock, for a page that is about to be given another one. */
export async function keepOwnClock(page: Page): Promise<void> {
  await page.addInitScript(() => Object.assign(window, { ownNow: Date.now.bind(Date) }));
}

/**
 * By how many milliseconds a page's countdown to an instant is late, of each second that it shows.
 * The page itself reads its device's clock in the very turn in which the digits change, so neither
 * the way to the test nor a page that waits for its turn counts against what the page believes.
 */
export async function recordLateness(page: Page, selector: string, endsAt: number): Promise<() => Promise<number[]>> {
  await page.evaluate(
    ({ selector, endsAt }) => {
      const late: number[] = [];
      const own = window as unknown as { ownNow?: () => number; late: number[] };
      const now = own.ownNow ?? (() => Date.now());
      const element = document.querySelector(selector)!;
      own.late = late;
      new MutationObserver(() => {
        const seconds = element.textContent!.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
        late.push(now() - (endsAt - seconds * 1_000));
      }).observe(element, { characterData: true, childList: true, subtree: true });
    },
    { selector, endsAt },
  );
  return () => page.evaluate(() => (window as unknown as { late: number[] }).late);
}
