import { expect, type Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

/** The bell in the header and its panel. */
export class Bell extends Frame {
  readonly button: Locator;
  readonly panel: Locator;

  constructor(visitor: Visitor) {
    super(visitor);
    this.button = this.page.locator(".bell-btn");
    this.panel = this.page.locator("#bell");
  }

  get badge(): Locator {
    return this.button.locator(".bell-badge");
  }

  get entries(): Locator {
    return this.panel.locator(".bell-list > li");
  }

  get unread(): Locator {
    return this.panel.locator(".entry.is-unread");
  }

  get chip(): Locator {
    return this.panel.locator(".held-chip");
  }

  entry(text: string): Locator {
    return this.entries.filter({ hasText: text });
  }

  action(key: string): Locator {
    return this.panel.getByRole("button", { name: this.t(key) });
  }

  async open(): Promise<void> {
    await this.button.click();
    // What is in it comes when the page is alive.
    await expect(this.entries.or(this.panel.locator(".bell-empty")).first()).toBeVisible();
  }
}
