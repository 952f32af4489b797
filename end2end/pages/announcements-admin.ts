import type { Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

/** The admins' page of announcements, with its drawer. */
export class AnnouncementsAdminPage extends Frame {
  constructor(private readonly visitor: Visitor) {
    super(visitor);
  }

  async open(): Promise<void> {
    await this.visitor.goto("/admin/announcements");
  }

  get add(): Locator {
    return this.page.locator("#new-announcement");
  }

  get drawer(): Locator {
    return this.page.locator("aside.drawer");
  }

  get message(): Locator {
    return this.drawer.getByLabel(this.t("announcement_message"));
  }

  get title(): Locator {
    return this.drawer.getByLabel(this.t("announcement_title"));
  }

  get severity(): Locator {
    return this.drawer.getByLabel(this.t("severity"));
  }

  get options(): Locator {
    return this.drawer.getByLabel(this.t("ack_options"));
  }

  get preview(): Locator {
    return this.drawer.getByRole("region", { name: this.t("preview") });
  }

  get send(): Locator {
    return this.drawer.getByRole("button", { name: this.t("send"), exact: true });
  }

  get save(): Locator {
    return this.drawer.getByRole("button", { name: this.t("save"), exact: true });
  }

  /** Says that something is typed and not saved. */
  get unsaved(): Locator {
    return this.drawer.getByText(this.t("unsaved"));
  }

  get board(): Locator {
    return this.drawer.getByRole("region", { name: this.t("answers") });
  }

  row(message: string): Locator {
    return this.page.getByRole("row").filter({ hasText: message });
  }

  async choose(message: string): Promise<void> {
    await this.row(message).getByRole("link").click();
  }

  async callOff(): Promise<void> {
    await this.drawer.getByRole("button", { name: this.t("call_off") }).click();
    await this.page.locator("#call-off").getByRole("button", { name: this.t("call_off") }).click();
  }
}
