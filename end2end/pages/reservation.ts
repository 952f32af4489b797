import { expect, type Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

/** The panel that shows one booking and what can be done with it. */
export class ReservationDetails extends Frame {
  readonly dialog: Locator;

  constructor(visitor: Visitor) {
    super(visitor);
    this.dialog = this.page.locator("dialog.details[open]");
  }

  get title(): Locator {
    return this.dialog.getByRole("heading");
  }

  action(key: "edit" | "extend_30" | "end_now" | "cancel_booking" | "approve" | "reject"): Locator {
    return this.dialog.getByRole("button", { name: this.t(key) });
  }

  get confirmation(): Locator {
    return this.page.getByRole("dialog", { name: this.t("cancel_question") });
  }

  async cancel(): Promise<void> {
    await this.action("cancel_booking").click();
    await this.confirmation.getByRole("button", { name: this.t("cancel_confirm") }).click();
    await expect(this.confirmation).toBeHidden();
  }
}
