import { Day } from "../day";
import { expect, PHONE, test } from "../fixtures";
import { Frame } from "../pages/frame";

test("the start page changes while it is looked at, and its order stays", async ({ visit, api }) => {
  const admin = await api("admin");
  await admin.createRoom({ name: "계기판", floor: "9층", capacity: 4 });
  const minji = await visit("minji");
  await minji.goto("/");
  const assertNotReloaded = await minji.staysOnPage();
  const names = minji.page.locator(".rooms-today .room-name b");
  const before = await names.allTextContents();
  const line = minji.page.locator(".rooms-today li").filter({ hasText: "계기판" });
  await expect(line).toContainText(minji.t("available"));
  const numbers = minji.page.locator(".stats dd");
  const free = Number(await numbers.nth(2).innerText());

  await line.getByRole("button", { name: minji.t("book"), exact: true }).click();
  const form = minji.page.locator("#booking");
  await form.locator("#booking-title").fill("지금 회의");
  await form.locator("button[type=submit]").click();
  await expect(line).toContainText(minji.t("in_use"));
  await expect(line).toContainText("지금 회의");
  await expect(numbers.nth(2)).toHaveText(String(free - 1));
  expect(await names.allTextContents()).toEqual(before);
  await expect(minji.page.locator(".activity li").first()).toContainText("계기판");

  const hers = await api("minji");
  const today = await hers.reservations(Day.ahead(0));
  await hers.cancel(today.find((booking) => booking.title === "지금 회의")!);
  await expect(line).toContainText(minji.t("available"));
  await assertNotReloaded();
});

test("the meeting under way is extended and ended from the start page, and others see it", async ({ visit, api }) => {
  await (await api("admin")).createRoom({ name: "연장전", floor: "9층", capacity: 4 });
  const hers = await api("seoyeon");
  const begins = new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000);
  const booking = await hers.bookAt("연장전", begins, new Date(begins.getTime() + 60 * 60_000), "길어지는 회의");
  const [seoyeon, junho] = [await visit("seoyeon"), await visit("junho")];
  await seoyeon.goto("/");
  await junho.goto("/");
  const card = seoyeon.page.locator(".next-main").filter({ hasText: "길어지는 회의" });
  await expect(card).toContainText(seoyeon.t("in_progress"));
  const line = junho.page.locator(".rooms-today li").filter({ hasText: "연장전" });
  await expect(line).toContainText(junho.t("in_use"));

  await card.getByRole("button", { name: seoyeon.t("extend_30") }).click();
  const end = async () => new Date((await hers.reservation(booking.id)).endsAt).getTime();
  await expect.poll(end).toBe(begins.getTime() + 90 * 60_000);
  await card.getByRole("button", { name: seoyeon.t("end_now") }).click();
  await expect(card).toHaveCount(0);
  await expect(line).toContainText(junho.t("available"));
  expect(await end()).toBeLessThanOrEqual(Date.now());
});

test("announcements with an answer bar stand on the start page", async ({ visit, api }) => {
  const admin = await api("admin");
  const ackOptions = [{ id: "in", label: "참석" }, { id: "home", label: "재택" }];
  const id = await admin.announce({ message: "화재 대피 훈련", ackRequired: true, ackOptions });
  const minji = await visit("minji");
  await minji.goto("/");
  const card = minji.page.locator(".notice-list li").filter({ hasText: "화재 대피 훈련" });
  await card.getByRole("button", { name: "참석" }).click();
  await expect(card.getByRole("button", { name: "참석" })).toHaveAttribute("aria-pressed", "true");
  // Whoever announced it sees how many have answered.
  const announcer = await visit("admin");
  await announcer.goto("/");
  await expect(announcer.page.locator(".asked li").filter({ hasText: "화재 대피 훈련" })).toContainText("1명 응답");
  await card.getByRole("button", { name: "재택" }).click();
  await expect(card.getByRole("button", { name: "참석" })).toHaveAttribute("aria-pressed", "false");
  await admin.callOff(id);
  await expect(card).toHaveCount(0);
});

test("the date of the start page turns at midnight", async ({ visit }) => {
  const minji = await visit("minji");
  minji.tolerateBrokenNetwork();
  await minji.page.clock.install();
  await minji.goto("/");
  const words = ({ date }: Day) =>
    new Date(date).toLocaleDateString("ko-KR", { month: "long", day: "numeric", weekday: "long", timeZone: "UTC" });
  const date = minji.page.locator(".head-date");
  await expect(date).toHaveText(words(Day.ahead(0)));
  // The server, which is not there yet, would say so.
  await minji.settled();
  await minji.context.setOffline(true);
  await expect(new Frame(minji).connectionBanner).toBeVisible();
  await minji.page.clock.fastForward(24 * 3_600_000);
  await expect(date).toHaveText(words(Day.ahead(1)));
});

test("the start page fits a phone", async ({ visit }) => {
  const minji = await visit("minji", { device: PHONE });
  await minji.goto("/");
  await minji.assertFits();
  await expect(minji.page.locator(".tabs").getByText(minji.t("home"))).toBeVisible();
});
