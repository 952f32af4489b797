import { expect, type Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

export class MyReservationsPage extends Frame {
  constructor(private readonly visitor: Visitor) {
    super(visitor);
  }

  async open(tab?: "past"): Promise<void> {
    await this.visitor.goto(tab ? `/my-reservations?tab=${tab}` : "/my-reservations");
    await expect(this.heading).toBeVisible();
  }

  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1, name: this.t("my_reservations") });
  }

  entry(title: string): Locator {
    return this.page.locator("li.res").filter({ hasText: title });
  }
}
