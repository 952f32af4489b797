import { expect, PHONE, test } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { ReservationDetails } from "../pages/reservation";
import { TimelinePage } from "../pages/timeline";
import { unique } from "../unique";

test("on a phone a free slot is booked from the list of rooms", async ({ visit, day, api }) => {
  const junho = await visit("junho", { device: PHONE });
  const timeline = new TimelinePage(junho);
  await timeline.open(day);
  await expect(timeline.grid).toBeHidden();

  const card = timeline.card("오대산");
  await card.getByRole("button", { name: /오대산/ }).first().tap();
  const dialog = new BookingDialog(junho);
  await dialog.title.fill("걸으며 이야기");
  await dialog.submit.tap();
  await expect(dialog.dialog).toBeHidden();
  await expect.poll(async () => (await (await api("junho")).reservations(day)).map((r) => r.title)).toEqual(["걸으며 이야기"]);
  await card.locator("summary").click();
  await expect(card).toContainText("걸으며 이야기");
  await junho.assertFits();
});

test("on a phone an own booking is changed and cancelled from the list of rooms", async ({ visit, day, api }) => {
  const his = await api("junho");
  const { id } = await his.book(day, "오대산", "10:00", "11:00", "걸으며 이야기");
  const junho = await visit("junho", { device: PHONE });
  const timeline = new TimelinePage(junho);
  await timeline.open(day);
  const card = timeline.card("오대산");
  const booking = (title: string) => card.getByRole("button", { name: title });
  await card.locator("summary").tap();
  await booking("걸으며 이야기").tap();
  const details = new ReservationDetails(junho);
  await expect(details.title).toHaveText("걸으며 이야기");
  await junho.assertFits();

  await details.action("edit").tap();
  const dialog = new BookingDialog(junho);
  await expect(dialog.title).toHaveValue("걸으며 이야기");
  await junho.assertFits();
  await dialog.title.fill("앉아서 이야기");
  await dialog.ends.fill("11:30");
  await dialog.submit.tap();
  await expect(dialog.dialog).toBeHidden();
  await expect(booking("앉아서 이야기")).toContainText("11:30");
  await expect(booking("걸으며 이야기")).toHaveCount(0);
  const changed = { title: "앉아서 이야기", startsAt: day.at("10:00"), endsAt: day.at("11:30") };
  expect(await his.reservation(id)).toMatchObject(changed);

  await booking("앉아서 이야기").tap();
  await details.cancel();
  await expect(booking("앉아서 이야기")).toHaveCount(0);
  await expect.poll(async () => (await his.reservation(id)).status).toBe("cancelled");
});

test("on a phone each hour stands at its place under the strip of a long day", async ({ visit, day, api }) => {
  const hers = await api("minji");
  await hers.book(day, "오대산", "06:00", "07:00", "이른 모임");
  await hers.book(day, "오대산", "18:00", "19:00", "늦은 모임");
  const junho = await visit("junho", { device: PHONE });
  const timeline = new TimelinePage(junho);
  await timeline.open(day);
  const card = timeline.card("오대산");
  const label = await card.locator(".strip-scale").getByText("18", { exact: true }).boundingBox();
  const late = await card.locator(".strip-seg").last().boundingBox();
  if (!label || !late) throw new Error("no hour or no booking");
  expect(Math.abs(label.x + label.width / 2 - late.x)).toBeLessThan(3);
});

test("on a phone what others do moves nothing under a finger, and comes once it is lifted", async ({ visit, day, api }) => {
  const hers = await api("minji");
  await hers.book(day, "백두산", "10:00", "11:00", "앞선 회의");
  const junho = await visit("junho", { device: PHONE });
  const timeline = new TimelinePage(junho);
  await timeline.open(day);
  const card = timeline.card("백두산");
  const slots = card.locator(".slot");
  await expect(slots).toHaveCount(2);
  const pressed = slots.last();
  await pressed.scrollIntoViewIfNeeded();
  const place = () => pressed.boundingBox();
  const before = (await place())!;
  const touch = await junho.context.newCDPSession(junho.page);
  const at = { x: before.x + before.width / 2, y: before.y + before.height / 2 };
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [at] });

  await hers.book(day, "백두산", "14:00", "15:00", "새 회의");
  const added = unique("늦게 생긴 방");
  await (await api("admin")).createRoom({ name: added, floor: "1층", capacity: 2 });
  const booked = unique("다른 회의");
  await hers.book(day, "지리산", "14:00", "15:00", booked);
  // The strip shows it at once.
  await expect(card.getByRole("img")).toHaveAccessibleName(/새 회의/);
  await expect(timeline.card("지리산").getByRole("img")).toHaveAccessibleName(new RegExp(booked));
  await expect(slots).toHaveCount(2);
  await expect(timeline.card("지리산").locator("summary")).toHaveCount(0);
  await expect(timeline.card(added)).toHaveCount(0);
  expect(await place()).toEqual(before);

  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await expect(slots).toHaveCount(3);
  await expect(timeline.card("지리산").locator("summary")).toBeVisible();
  await expect(timeline.card(added)).toBeVisible();
});
