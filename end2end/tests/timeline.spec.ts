import { expect, test } from "../fixtures";
import { TimelinePage } from "../pages/timeline";

const MINUTE = 60_000;

test("the timeline shows the rooms that fit, under an address of their own", async ({ visit, day }) => {
  const minji = await visit("minji");
  const page = new TimelinePage(minji);
  await page.open(day);
  await page.filter(minji.t("all_floors"), "7층");
  await expect(page.row("속리산")).toHaveCount(0);
  await expect(page.row("백두산")).toBeVisible();
  await page.filter(minji.t("equipment"), "화이트보드");
  await expect(page.row("백두산")).toHaveCount(0);
  await expect(page.row("한라산")).toBeVisible();
  // Whoever gets the address sees the same rooms.
  await minji.goto(new URL(minji.page.url()).pathname + new URL(minji.page.url()).search);
  await expect(page.grid.locator(".tl-room-name")).toHaveText(["한라산"]);
  for (const filter of [minji.t("floor"), minji.t("equipment")]) {
    await minji.page.getByRole("link", { name: minji.t("clear_filter", filter) }).click();
  }
  await expect(page.row("속리산")).toBeVisible();
});

test("the timeline shows the rooms that are large enough and free, and keeps those that are booked meanwhile", async ({
  visit,
  day,
  api,
}) => {
  const hers = await api("minji");
  await hers.book(day, "백두산", "10:00", "11:00", "한 시간");
  const junho = await visit("junho");
  const page = new TimelinePage(junho);
  await page.open(day);
  await page.filter(junho.t("capacity_any"), junho.t("capacity_at_least", 8));
  await expect(page.row("북한산")).toHaveCount(0);
  for (const room of ["한라산", "백두산", "설악산", "지리산"]) await expect(page.row(room)).toBeVisible();
  // On another day than today, who is free is free all day.
  await page.onlyFree.click();
  await expect(page.row("백두산")).toHaveCount(0);
  await expect(page.row("지리산")).toBeVisible();
  await hers.book(day, "지리산", "10:00", "11:00", "그사이에");
  await expect(page.block("그사이에")).toBeVisible();

  const hellos = junho.frames.hellos;
  await junho.page.reload();
  await junho.frames.connected(hellos);
  await expect(page.row("설악산")).toBeVisible();
  for (const room of ["백두산", "지리산", "북한산"]) await expect(page.row(room)).toHaveCount(0);
  await page.clearFilter("only_free").click();
  await expect(page.row("백두산")).toBeVisible();
  await expect(page.row("북한산")).toHaveCount(0);
  await page.clearFilter("capacity_any").click();
  await expect(page.row("북한산")).toBeVisible();
});

test("the timeline of today has a line at now, and another day has none", async ({ visit, day, api }) => {
  const admin = await api("admin");
  await admin.createRoom({ name: "지금방", floor: "9층", capacity: 4 });
  // At night the axis reaches to now only because of a booking.
  const now = new Date();
  const booking = await admin.bookAt("지금방", now, new Date(now.getTime() + 3_600_000), "지금 모임");
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open();
  await expect(timeline.nowLine).toBeVisible();
  const [line, block] = [await timeline.nowLine.boundingBox(), await timeline.block("지금 모임").boundingBox()];
  if (!line || !block) throw new Error("no line or no booking");
  // The line moves on every 15 seconds, by less than a pixel.
  expect(Math.abs(line.x - block.x)).toBeLessThan(5);
  await timeline.open(day);
  await expect(timeline.nowLine).toHaveCount(0);
  await admin.cancel(booking);
});

test("the timeline of today says of each room how it is now, and that of another day does not", async ({ visit, day, api }) => {
  const admin = await api("admin");
  await admin.createRoom({ name: "상태방", floor: "9층", capacity: 4 });
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open();
  const state = timeline.state("상태방");
  await expect(state).toHaveText("사용 가능");

  const hers = await api("minji");
  const begun = new Date(Date.now() - MINUTE);
  const booking = await hers.bookAt("상태방", begun, new Date(begun.getTime() + 60 * MINUTE), "지금 회의");
  // By the clock of the organisation.
  const until = new Date(Date.parse(booking.endsAt) + 9 * 60 * MINUTE).toISOString().slice(11, 16);
  await expect(state).toHaveText(`${until}까지`);
  await expect(state).toHaveAttribute("title", /지금 회의/);
  await hers.cancel(booking);
  await expect(state).toHaveText("사용 가능");
  const closed = await admin.changeRoom(await admin.room("상태방"), { maintenance: true });
  await expect(state).toHaveText("점검 중");
  await admin.changeRoom(closed, { maintenance: false });
  await expect(state).toHaveText("사용 가능");

  await timeline.open(day);
  await expect(timeline.row("상태방")).toBeVisible();
  await expect(state).toHaveCount(0);
});
