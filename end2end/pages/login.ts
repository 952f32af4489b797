import { expect, type Locator, type Page } from "@playwright/test";
import type { Texts } from "../texts";
import type { Visitor } from "../visitor";

export class LoginPage {
  private readonly page: Page;
  private readonly t: Texts;

  constructor(visitor: Visitor) {
    this.page = visitor.page;
    this.t = visitor.t;
  }

  get email(): Locator {
    return this.page.getByLabel(this.t("email"), { exact: true });
  }

  get password(): Locator {
    return this.page.getByLabel(this.t("password"), { exact: true });
  }

  get submit(): Locator {
    return this.page.getByRole("button", { name: this.t("login"), exact: true });
  }

  get error(): Locator {
    return this.page.getByRole("alert");
  }

  /** Opens it and waits until WASM has taken it over: showing the password needs it. */
  async open(next = ""): Promise<void> {
    await this.page.goto(next ? `/login?next=${encodeURIComponent(next)}` : "/login");
    await this.ready();
  }

  async ready(): Promise<void> {
    const show = this.page.getByRole("button", { name: this.t("show_password") });
    const hide = this.page.getByRole("button", { name: this.t("hide_password") });
    await expect(async () => {
      if (await show.isVisible()) await show.click({ timeout: 500 });
      await expect(hide).toBeVisible({ timeout: 500 });
    }).toPass();
    await hide.click();
    await expect(show).toBeVisible();
  }

  async logIn(email: string, password: string): Promise<void> {
    await this.email.fill(email);
    await this.password.fill(password);
    await this.submit.click();
  }
}
