import { expect, type Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

/** What waits for a person's decision. */
export class ApprovalsPage extends Frame {
  /** Asks before a request is rejected, and for the reason. */
  readonly question: Locator;

  constructor(private readonly visitor: Visitor) {
    super(visitor);
    this.question = this.page.locator("#confirm[open]");
  }

  async open(): Promise<void> {
    await this.visitor.goto("/approvals");
    await expect(this.page.getByRole("heading", { level: 1, name: this.t("approvals") })).toBeVisible();
  }

  item(title: string): Locator {
    return this.page.locator(".approvals li").filter({ hasText: title });
  }

  action(title: string, key: "approve" | "reject"): Locator {
    return this.item(title).getByRole("button", { name: this.t(key), exact: true });
  }

  get reason(): Locator {
    return this.question.getByLabel(this.t("reason_optional"));
  }

  get confirm(): Locator {
    return this.question.getByRole("button", { name: this.t("reject"), exact: true });
  }

  /** Leaves the question without an answer. */
  get keep(): Locator {
    return this.question.getByRole("button", { name: this.t("keep_booking") });
  }

  /** What others change waits behind it. */
  get chip(): Locator {
    return this.page.locator(".held-chip");
  }
}
