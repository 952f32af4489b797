import { expect, type Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

/** The panel that books a room or changes a booking. */
export class BookingDialog extends Frame {
  readonly dialog: Locator;

  constructor(visitor: Visitor) {
    super(visitor);
    this.dialog = this.page.locator("dialog.quickbook[open]");
  }

  get title(): Locator {
    return this.dialog.getByLabel(this.t("title"), { exact: true });
  }

  get submit(): Locator {
    return this.dialog.locator("button[type=submit]");
  }

  get close(): Locator {
    return this.dialog.getByRole("button", { name: this.t("close") });
  }

  get private(): Locator {
    return this.dialog.getByRole("switch", { name: this.t("private") });
  }

  get starts(): Locator {
    return this.dialog.getByLabel(this.t("starts"), { exact: true });
  }

  get ends(): Locator {
    return this.dialog.getByLabel(this.t("ends"), { exact: true });
  }

  /** Whether an end that is before the start by the clock is the next day's. */
  get overnight(): Locator {
    return this.dialog.getByRole("checkbox", { name: this.t("ends_next_day") });
  }

  get room(): Locator {
    return this.dialog.getByLabel(this.t("room"), { exact: true });
  }

  get attendees(): Locator {
    return this.dialog.getByRole("combobox", { name: this.t("attendees") });
  }

  get headCount(): Locator {
    return this.dialog.getByLabel(this.t("head_count"), { exact: true });
  }

  /** Why the slot cannot be had. */
  get conflict(): Locator {
    return this.dialog.getByRole("alert");
  }

  get alternatives(): Locator {
    return this.dialog.getByRole("radio");
  }

  /** Books what is selected under a title, and waits until the panel is gone. */
  async book(title: string): Promise<void> {
    await expect(this.title).toBeFocused();
    await this.title.fill(title);
    await this.submit.click();
    await expect(this.dialog).toBeHidden();
  }
}
