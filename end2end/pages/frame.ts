import type { Locator, Page } from "@playwright/test";
import type { Texts } from "../texts";
import type { Visitor } from "../visitor";

/** What surrounds every page: navigation, the user menu, messages, and the state of the live connection. */
export class Frame {
  protected readonly page: Page;
  protected readonly t: Texts;

  constructor(visitor: Visitor) {
    this.page = visitor.page;
    this.t = visitor.t;
  }

  /** The banner that stands at the top while the page is not live. */
  get connectionBanner(): Locator {
    return this.page.getByRole("status").filter({ hasText: this.t("connection_line") });
  }

  /** The banner that offers the program's new build. */
  get newBuildBanner(): Locator {
    return this.page.getByRole("status").filter({ hasText: this.t("new_version_title") });
  }

  /** The mark that says that the page is live; it opens the proof. */
  get liveMark(): Locator {
    return this.page.locator("button.live:visible");
  }

  get proof(): Locator {
    return this.page.locator("dialog.proof");
  }

  /** A value of the proof by its label. */
  proofValue(key: string): Locator {
    return this.proof.locator("dt", { hasText: this.t(key) }).locator("+ dd");
  }

  get userMenuButton(): Locator {
    return this.page.getByRole("button", { name: this.t("user_menu") });
  }

  async logOut(): Promise<void> {
    await this.userMenuButton.click();
    await this.page.locator("#user-menu").getByText(this.t("log_out")).click();
  }

  /** A message at the bottom left. */
  toast(text: string): Locator {
    return this.page.locator(".toast").filter({ hasText: text });
  }
}
