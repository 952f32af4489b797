import { expect, type Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

export class RoomsAdminPage extends Frame {
  constructor(private readonly visitor: Visitor) {
    super(visitor);
  }

  async open(): Promise<void> {
    await this.visitor.goto("/admin/rooms");
    await expect(this.table).toBeVisible();
  }

  get table(): Locator {
    return this.page.getByRole("table");
  }

  row(room: string): Locator {
    return this.table.getByRole("row").filter({ has: this.page.getByRole("link", { name: room, exact: true }) });
  }

  get addRoom(): Locator {
    return this.page.getByRole("link", { name: this.t("add_room") });
  }

  /** The form of the chosen room. */
  get drawer(): Locator {
    return this.page.locator("aside.drawer");
  }

  get name(): Locator {
    return this.drawer.getByLabel(this.t("room_name"), { exact: true });
  }

  get floor(): Locator {
    return this.drawer.getByLabel(this.t("floor"), { exact: true });
  }

  get capacity(): Locator {
    return this.drawer.getByLabel(this.t("capacity"), { exact: true });
  }

  get needsApproval(): Locator {
    return this.drawer.getByRole("switch", { name: this.t("requires_approval") });
  }

  get approvers(): Locator {
    return this.drawer.getByRole("combobox", { name: this.t("approvers") });
  }

  /** Goes back to what is saved. */
  get revert(): Locator {
    return this.drawer.getByRole("button", { name: this.t("revert") });
  }

  get newEquipment(): Locator {
    return this.drawer.getByLabel(this.t("add_equipment"), { exact: true });
  }

  /** A piece of equipment that is none of the usual ones, by the button that takes it away. */
  equipment(piece: string): Locator {
    return this.drawer.getByRole("button", { name: this.t("remove_equipment", piece) });
  }

  get save(): Locator {
    return this.drawer.getByRole("button", { name: this.t("save"), exact: true });
  }

  async choose(room: string): Promise<void> {
    await this.row(room).getByRole("link", { name: room, exact: true }).click();
    await expect(this.name).toHaveValue(room);
  }

  /** The question before a room is deleted. */
  get confirmation(): Locator {
    return this.page.locator("dialog.dialog[open]");
  }

  /** The bookings that the room still has ahead: named once deleting it was tried. */
  get futureBookings(): Locator {
    return this.confirmation.getByRole("listitem");
  }

  get cancelBookingsToo(): Locator {
    return this.confirmation.getByRole("checkbox");
  }

  get confirmDelete(): Locator {
    return this.confirmation.getByRole("button", { name: this.t("delete"), exact: false });
  }

  async askToDelete(room: string): Promise<void> {
    await this.choose(room);
    await this.drawer.getByRole("button", { name: this.t("delete_room") }).click();
    await expect(this.confirmation).toBeVisible();
  }
}
