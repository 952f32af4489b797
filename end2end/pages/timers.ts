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
    return this.page.getByRole("timer");
  }

  action(key: string): Locator {
    return this.main.getByRole("button", { name: this.t(key) });
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
    return this.page.locator(".timer-day li");
  }

  get todos(): Locator {
    return this.page.locator(".todo");
  }

  get history(): Locator {
    return this.page.locator(".history");
  }
}

/** When each text of an element came to the screen, by the clock of the test. */
export async function recordChanges(page: Page, selector: string): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  await page.exposeFunction("madangSeen", (text: string) => {
    if (!seen.has(text)) seen.set(text, Date.now());
  });
  await page.evaluate((selector) => {
    const element = document.querySelector(selector)!;
    const tell = (window as unknown as { madangSeen: (text: string) => void }).madangSeen;
    new MutationObserver(() => tell(element.textContent!)).observe(element, {
      characterData: true,
      childList: true,
      subtree: true,
    });
  }, selector);
  return seen;
}
