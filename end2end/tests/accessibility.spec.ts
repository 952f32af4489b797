import { assertAccessible } from "../accessibility";
import { expect, PHONE, test } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { LoginPage } from "../pages/login";
import { MyReservationsPage } from "../pages/my-reservations";
import { ReservationDetails } from "../pages/reservation";
import { RoomsAdminPage } from "../pages/rooms-admin";
import { TimelinePage } from "../pages/timeline";

// What axe says of the pages, light and dark. Nothing here depends on the database: the files that begin
// with this word run on one only.

test("accessibility: login", async ({ visit }) => {
  const visitor = await visit(null);
  visitor.tolerate(/\/fn\/log_in/);
  const login = new LoginPage(visitor);
  await login.open();
  await assertAccessible(visitor.page);
  await login.logIn("nobody@madang.test", "not-the-password");
  await expect(login.error).toBeFocused();
  await assertAccessible(visitor.page);
});

test("accessibility: timeline and its panels", async ({ visit, day, api }) => {
  test.slow();
  const minji = await visit("minji");
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "내 회의");
  await (await api("junho")).book(day, "백두산", "12:00", "13:00", "비밀", { private: true });
  await (await api("junho")).book(day, "한라산", "12:00", "13:00", "승인을 기다림");
  const timeline = new TimelinePage(minji);
  await minji.goto("/timeline");
  await assertAccessible(minji.page);
  await timeline.open(day);
  await assertAccessible(minji.page);

  await timeline.select("설악산", "10:00", "11:00");
  const booking = new BookingDialog(minji);
  await expect(booking.title).toBeFocused();
  await assertAccessible(minji.page);
  await (await api("junho")).book(day, "설악산", "10:00", "11:00", "먼저 온 회의");
  await expect(booking.alternatives.first()).toBeVisible();
  await assertAccessible(minji.page);
  await booking.close.click();

  await timeline.block("내 회의").click();
  const details = new ReservationDetails(minji);
  await expect(details.title).toBeVisible();
  await assertAccessible(minji.page);
  await details.action("cancel_booking").click();
  await expect(details.confirmation).toBeVisible();
  await assertAccessible(minji.page);
  await minji.page.keyboard.press("Escape");
  await expect(details.confirmation).toBeHidden();
  await minji.page.keyboard.press("Escape");

  await timeline.liveMark.click();
  await expect(timeline.proof).toBeVisible();
  await assertAccessible(minji.page);
  await minji.page.keyboard.press("Escape");

  await minji.page.getByRole("button", { name: minji.t("keyboard_help") }).click();
  await expect(minji.page.getByRole("dialog", { name: minji.t("keys_title") })).toBeVisible();
  await assertAccessible(minji.page);
  await minji.page.keyboard.press("Escape");

  await timeline.userMenuButton.click();
  await assertAccessible(minji.page);
});

test("accessibility: the timeline's filters, and rooms of which none fits", async ({ visit, day }) => {
  test.slow();
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.openFilter(minji.t("capacity_any"));
  await assertAccessible(minji.page);
  await timeline.chooseFilter(minji.t("capacity_at_least", 8));
  await timeline.onlyFree.click();
  await expect(timeline.clearFilter("capacity_any")).toBeVisible();
  await expect(timeline.clearFilter("only_free")).toBeVisible();
  await assertAccessible(minji.page);
  await minji.goto(`${day.path}&people=12&equipment=phone`);
  await expect(minji.page.getByText(minji.t("no_match_title"))).toBeVisible();
  await assertAccessible(minji.page);
});

test("accessibility: timeline on a phone", async ({ visit, day }) => {
  const minji = await visit("minji", { device: PHONE });
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await assertAccessible(minji.page);
  await timeline.card("백두산").getByRole("button", { name: /백두산/ }).first().tap();
  await expect(new BookingDialog(minji).title).toBeVisible();
  await assertAccessible(minji.page);
});

test("accessibility: my bookings, one booking, and what is not there", async ({ visit, day, api }) => {
  test.slow();
  const minji = await visit("minji");
  minji.tolerate(/: 404/, /: 403/);
  const booking = await (await api("minji")).book(day, "백두산", "10:00", "11:00", "내 회의");
  const mine = new MyReservationsPage(minji);
  await mine.open();
  await expect(mine.entry("내 회의").first()).toBeVisible();
  await assertAccessible(minji.page);
  await mine.open("past");
  await assertAccessible(minji.page);
  await minji.page.goto(`/reservations/${booking.id}`);
  await expect(minji.page.getByText("내 회의").first()).toBeVisible();
  await assertAccessible(minji.page);

  for (const [path, status, sentence] of [
    ["/no-such-page", 404, "페이지를 찾을 수 없습니다"],
    ["/reservations/999999", 404, /없습니다/],
    ["/admin/rooms", 403, "볼 수 있는 권한이 없습니다"],
  ] as const) {
    expect((await minji.page.goto(path))?.status(), path).toBe(status);
    await expect(minji.page.getByRole("main").getByText(sentence).first()).toBeVisible();
    await assertAccessible(minji.page);
  }
});

test("accessibility: start page, bell, notifications, settings and announcements", async ({ visit, day, api }) => {
  test.slow();
  const ackOptions = [{ id: "in", label: "참석" }, { id: "home", label: "재택" }];
  const id = await (await api("admin")).announce({ message: "대피 훈련", level: "error", ackRequired: true, ackOptions });
  const admin = await visit("admin");
  await admin.goto("/");
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "알림");
  await expect(admin.page.locator(".bell-badge")).toBeVisible();
  await assertAccessible(admin.page);
  await admin.page.locator(".bell-btn").click();
  await expect(admin.page.locator("#bell")).toBeVisible();
  await assertAccessible(admin.page);
  for (const path of ["/notifications", "/approvals", "/settings", "/admin/announcements", `/admin/announcements?id=${id}`]) {
    await admin.goto(path);
    await assertAccessible(admin.page);
  }
  await (await api("admin")).callOff(id);
});

test("accessibility: administration of rooms, with its drawer", async ({ visit, day, api }) => {
  test.slow();
  await (await api("admin")).createRoom({ name: "치악산", floor: "3층", capacity: 4 });
  await (await api("minji")).book(day, "치악산", "10:00", "11:00", "치악산 회의");
  const admin = await visit("admin");
  admin.tolerate(/\/fn\/delete_room/);
  const rooms = new RoomsAdminPage(admin);
  await rooms.open();
  await assertAccessible(admin.page);

  // A new room, of which nothing is known yet.
  await rooms.addRoom.click();
  await expect(rooms.name).toHaveValue("");
  await rooms.save.click();
  await expect(rooms.name).toBeFocused();
  await expect(rooms.name).toHaveAttribute("aria-invalid", "true");
  await assertAccessible(admin.page);

  // One that is changed by two, and whose bookings are to be approved.
  await rooms.choose("치악산");
  await rooms.needsApproval.check();
  await rooms.capacity.fill("5");
  await (await api("admin")).changeRoom(await (await api("admin")).room("치악산"), { capacity: 6 });
  await expect(rooms.drawer).toContainText("다른 관리자가 바꿈");
  await expect(rooms.approvers).toBeVisible();
  await assertAccessible(admin.page);
  await rooms.revert.click();

  await rooms.askToDelete("치악산");
  await assertAccessible(admin.page);
  await rooms.confirmDelete.click();
  await expect(rooms.futureBookings).toContainText("치악산 회의");
  await assertAccessible(admin.page);
});
