import { expect, type Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

/** The admins' page of chat, with the drawer in which a room is looked through. */
export class ChatAdminPage extends Frame {
  constructor(private readonly visitor: Visitor) {
    super(visitor);
  }

  get drawer(): Locator {
    return this.page.locator(".chat-review");
  }

  /** Opens a room in the drawer, by keys. */
  async review(room: string): Promise<void> {
    await this.visitor.goto("/admin/chat");
    const row = this.page.getByRole("row").filter({ hasText: room }).getByRole("link");
    await row.focus();
    await row.press("Enter");
    await expect(this.page.locator("#chat-review-title")).toContainText(room);
  }
}
