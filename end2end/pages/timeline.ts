import { expect, type Locator } from "@playwright/test";
import type { Day } from "../day";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

export class TimelinePage extends Frame {
  constructor(private readonly visitor: Visitor) {
    super(visitor);
  }

  async open(day?: Day): Promise<void> {
    await this.visitor.goto(day?.path ?? "/timeline");
    await expect(this.grid.or(this.agenda).filter({ visible: true })).toBeVisible();
  }

  get grid(): Locator {
    return this.page.getByRole("grid");
  }

  /** The line of a room. */
  row(room: string): Locator {
    return this.grid.locator(".tl-row").filter({ has: this.page.getByText(room, { exact: true }) });
  }

  /** How a room is now, beside its name. */
  state(room: string): Locator {
    return this.row(room).locator(".room-state");
  }

  /** The part of a room's line that time runs along. */
  track(room: string): Locator {
    return this.row(room).getByRole("gridcell");
  }

  /** A booking by the beginning of its name: title, room, time, state. */
  block(title: string): Locator {
    return this.grid.getByRole("button", { name: new RegExp(`^${title},`) });
  }

  /** A booking where and when it should stand. */
  blockAt(title: string, room: string, from: string, to: string): Locator {
    return this.row(room).getByRole("button", { name: new RegExp(`^${title},.*${from}\\s*[–-]\\s*${to}`) });
  }

  /** The time that has been drawn and not booked yet. */
  get drawn(): Locator {
    return this.grid.locator(".sel");
  }

  /** The line that stands at now. */
  get nowLine(): Locator {
    return this.page.locator(".tl-now");
  }

  /** The way to the next day. */
  get nextDay(): Locator {
    return this.page.getByRole("link", { name: this.t("next_day"), exact: true });
  }

  get newBooking(): Locator {
    return this.page.getByRole("button", { name: this.t("book"), exact: true }).filter({ visible: true });
  }

  /** Drags over free time, from one wall-clock time to another. */
  async select(room: string, from: string, to: string): Promise<void> {
    const half = STEP_MINUTES / 2;
    const start = await this.point(room, minutes(from) + half);
    const end = await this.point(room, minutes(to) - half);
    await this.drag(start, end);
  }

  /** Like `select`, without letting go. */
  async holdSelection(room: string, from: string, to: string): Promise<void> {
    const half = STEP_MINUTES / 2;
    const start = await this.point(room, minutes(from) + half);
    const end = await this.point(room, minutes(to) - half);
    await this.press(start, end);
  }

  /** What somebody else is choosing in a room. */
  ghost(name: string, room: string): Locator {
    return this.row(room).getByRole("img", { name: new RegExp(`^${name} `) });
  }

  /** Drags a booking to another start, or to another room. */
  async move(title: string, from: { room: string; start: string }, to: { room: string; start: string }): Promise<void> {
    const grab = STEP_MINUTES;
    await this.track(to.room).scrollIntoViewIfNeeded();
    const start = await this.point(from.room, minutes(from.start) + grab);
    const end = await this.point(to.room, minutes(to.start) + grab);
    await expect(this.block(title)).toBeVisible();
    await this.drag(start, end);
  }

  /** Presses keys on a booking, one after the other. */
  async pressOn(title: string, ...keys: string[]): Promise<void> {
    await this.block(title).focus();
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Pulls an end of an own booking to another time. */
  async resize(title: string, room: string, to: string, end: "start" | "end" = "end"): Promise<void> {
    await this.block(title).hover();
    const grip = await this.block(title).locator(`.block-grip.${end}`).boundingBox();
    if (!grip) throw new Error(`${title} has no ${end} to pull`);
    await this.drag({ x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 }, await this.point(room, minutes(to)));
  }

  private get chips(): Locator {
    return this.page.getByRole("group", { name: this.t("filters") });
  }

  /** Chooses from the menu of a filter. */
  async filter(chip: string, choice: string): Promise<void> {
    await this.openFilter(chip);
    await this.chooseFilter(choice);
  }

  async openFilter(chip: string): Promise<void> {
    await this.chips.getByRole("button", { name: chip }).click();
    await expect(this.filterMenu).toBeVisible();
  }

  async chooseFilter(choice: string): Promise<void> {
    await this.filterMenu.getByText(choice, { exact: true }).click();
  }

  private get filterMenu(): Locator {
    return this.page.getByRole("menu").filter({ visible: true });
  }

  get onlyFree(): Locator {
    return this.chips.getByRole("link", { name: this.t("only_free"), exact: true });
  }

  /** Takes a filter off that is set. */
  clearFilter(key: "only_free" | "capacity_any" | "floor" | "equipment"): Locator {
    return this.chips.getByRole("link", { name: this.t("clear_filter", this.t(key)) });
  }

  get agenda(): Locator {
    return this.page.getByRole("list").and(this.page.locator(".agenda"));
  }

  /** A room on a phone. */
  card(room: string): Locator {
    return this.agenda.locator(".agenda-card").filter({ has: this.page.getByRole("heading", { name: room, exact: true }) });
  }

  private async drag(start: Point, end: Point): Promise<void> {
    await this.press(start, end);
    await this.page.mouse.up();
  }

  private async press(start: Point, end: Point): Promise<void> {
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move(end.x, end.y, { steps: 8 });
  }

  /** Where a time of a room is on screen. */
  private async point(room: string, at: number): Promise<Point> {
    const track = this.track(room);
    await track.scrollIntoViewIfNeeded();
    const box = await track.boundingBox();
    // What the axis tells a screen reader: from when to when it goes.
    const span = await this.grid.locator(".tl-axis > .sr-only").innerText();
    const [from, to] = span.match(/\d\d:\d\d/g)?.map(minutes) ?? [];
    if (!box || from === undefined || to === undefined) throw new Error(`no axis for ${room}: ${span}`);
    const end = to > from ? to : to + 24 * 60;
    return { x: box.x + (box.width * (at - from)) / (end - from), y: box.y + box.height / 2 };
  }
}

/** What dragging snaps to. */
const STEP_MINUTES = 15;

interface Point {
  x: number;
  y: number;
}

function minutes(time: string): number {
  const [hours = 0, rest = 0] = time.split(":").map(Number);
  return hours * 60 + rest;
}
