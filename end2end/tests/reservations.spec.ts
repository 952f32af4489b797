import { expect, PASSWORD, PEOPLE, test } from "../fixtures";
import type { Locator, Page } from "@playwright/test";
import { BookingDialog } from "../pages/booking";
import { LoginPage } from "../pages/login";
import { MyReservationsPage } from "../pages/my-reservations";
import { ReservationDetails } from "../pages/reservation";
import { TimelinePage } from "../pages/timeline";

test("a booking is drawn, seen in my bookings, and cancelled", async ({ visit, day, api }) => {
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.select("백두산", "10:00", "11:30");
  const dialog = new BookingDialog(minji);
  await expect(dialog.submit).toHaveText(/^백두산(으)?로 예약$/);
  await dialog.book("분기 계획");
  await expect(timeline.blockAt("분기 계획", "백두산", "10:00", "11:30")).toBeVisible();

  const [kept] = await (await api("minji")).reservations(day);
  expect(kept).toMatchObject({ title: "분기 계획", startsAt: day.at("10:00"), endsAt: day.at("11:30"), status: "approved" });

  const mine = new MyReservationsPage(minji);
  await mine.open();
  await expect(mine.entry("분기 계획")).toContainText("백두산");

  await timeline.open(day);
  await timeline.block("분기 계획").click();
  const details = new ReservationDetails(minji);
  await expect(details.title).toHaveText("분기 계획");
  await details.cancel();
  await expect(timeline.block("분기 계획")).toHaveCount(0);
  expect((await (await api("minji")).reservations(day)).filter((r) => r.status === "approved")).toEqual([]);
});

test("a change through the panel shows on the grid while it is sent", async ({ visit, day, api }) => {
  const minji = await visit("minji");
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "주간 모임");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  const edit = async (title: string) => {
    await timeline.block(title).click();
    await new ReservationDetails(minji).action("edit").click();
    return new BookingDialog(minji);
  };

  const letGo = await minji.hold(/\/fn\/edit_reservation/);
  const dialog = await edit("주간 모임");
  await dialog.title.fill("월간 모임");
  await dialog.submit.click();
  await expect(timeline.block("월간 모임")).toHaveAttribute("aria-busy", "true");
  letGo();
  await expect(dialog.dialog).toBeHidden();
  await expect(timeline.block("월간 모임")).not.toHaveAttribute("aria-busy", "true");
  await minji.page.unroute(/\/fn\/edit_reservation/);
  await expect.poll(async () => (await (await api("minji")).reservations(day)).map((r) => r.title)).toEqual(["월간 모임"]);
});

test("an edited booking keeps the start that was left alone, to the second, and ends after it", async ({ visit, day, api }) => {
  const hers = await api("minji");
  const start = new Date(Date.parse(day.at("22:00")) + 20_000);
  const { id, startsAt } = await hers.bookAt("백두산", start, new Date(day.next().at("00:00")), "밤 모임");
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.block("밤 모임").click();
  await new ReservationDetails(minji).action("edit").click();
  const dialog = new BookingDialog(minji);
  await dialog.ends.fill("21:30");
  await dialog.submit.click();
  await expect(dialog.dialog.getByText("끝은 시작보다 뒤여야 합니다.")).toBeVisible();
  await dialog.ends.fill("23:30");
  await dialog.submit.click();
  await expect(dialog.dialog).toBeHidden();
  expect(await hers.reservation(id)).toMatchObject({ startsAt, endsAt: day.at("23:30") });
});

test("a booking that goes on after midnight is typed, and keeps its length when it begins at another time", async ({ visit, day, api }) => {
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.select("백두산", "10:00", "11:00");
  const dialog = new BookingDialog(minji);
  await dialog.title.fill("밤샘 점검");
  await dialog.starts.fill("22:30");
  await expect(dialog.ends).toHaveValue("23:30");
  await expect(dialog.overnight).toBeHidden();

  await dialog.ends.fill("01:15");
  await expect(dialog.ends).toHaveAttribute("aria-invalid", "true");
  await dialog.overnight.check();
  await expect(dialog.ends).not.toHaveAttribute("aria-invalid", "true");
  await dialog.starts.fill("23:00");
  await expect(dialog.ends).toHaveValue("01:45");
  await expect(dialog.overnight).toBeChecked();
  await dialog.submit.click();
  await expect(dialog.dialog).toBeHidden();

  const [kept] = await (await api("minji")).reservations(day);
  expect(kept).toMatchObject({ startsAt: day.at("23:00"), endsAt: day.next().at("01:45") });
});

test("a time over midnight is told at once what is in its way on the day after", async ({ visit, day, days, api }) => {
  // The day after is this test's too.
  await (await api("junho")).book(days.next(), "백두산", "00:30", "01:30", "새벽 점검");
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.select("백두산", "10:00", "11:00");
  const dialog = new BookingDialog(minji);
  await dialog.title.fill("밤샘 점검");
  await dialog.starts.fill("23:00");
  await dialog.ends.fill("01:00");
  await dialog.overnight.check();
  await expect(dialog.conflict).toContainText("이미 예약된 시간입니다.");
  await expect(dialog.conflict).toContainText("새벽 점검");
  await dialog.ends.fill("00:30");
  await expect(dialog.conflict).toHaveCount(0);
});

test("what somebody else changes while it is edited is shown beside what was typed, and can be taken", async ({ visit, day, api }) => {
  const admin = await api("admin");
  const booking = await (await api("minji")).book(day, "백두산", "10:00", "11:00", "주간 모임");
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.block("주간 모임").click();
  await new ReservationDetails(minji).action("edit").click();
  const dialog = new BookingDialog(minji);
  await dialog.title.fill("내가 고친 이름");

  const changed = await admin.change(booking, { title: "관리자가 고친 이름", endsAt: day.at("11:30") });
  await expect(dialog.conflict).toContainText(minji.t("booking_changed"));
  await expect(dialog.conflict).toContainText("관리자가 고친 이름");
  await expect(dialog.title).toHaveValue("내가 고친 이름");
  await expect(dialog.title).toBeFocused();
  await expect(dialog.ends).toHaveValue("11:30");
  await dialog.conflict.getByRole("button", { name: minji.t("take_theirs") }).click();
  await expect(dialog.title).toHaveValue("관리자가 고친 이름");
  await expect(dialog.conflict).toHaveCount(0);

  await dialog.title.fill("끝내 남은 이름");
  await admin.cancel(changed);
  await expect(dialog.conflict).toContainText(minji.t("booking_gone"));
  await expect(dialog.submit).toBeDisabled();
  await dialog.conflict.getByRole("button", { name: minji.t("book_anew") }).click();
  await dialog.book("끝내 남은 이름");
  await expect(timeline.blockAt("끝내 남은 이름", "백두산", "10:00", "11:30")).toBeVisible();
});

test("a cancellation and an extension can be undone from their messages", async ({ visit, day, api }) => {
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "주간 모임");
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  const details = new ReservationDetails(minji);
  const undo = (toast: Locator) => toast.getByRole("button", { name: minji.t("undo") });

  await timeline.block("주간 모임").click();
  await details.action("extend_30").click();
  await expect(timeline.blockAt("주간 모임", "백두산", "10:00", "11:30")).toBeVisible();
  await undo(timeline.toast("연장했습니다")).click();
  await expect(timeline.blockAt("주간 모임", "백두산", "10:00", "11:00")).toBeVisible();

  await details.cancel();
  await expect(timeline.block("주간 모임")).toHaveCount(0);
  await undo(timeline.toast(minji.t("cancelled_toast"))).click();
  await expect(timeline.blockAt("주간 모임", "백두산", "10:00", "11:00")).toBeVisible();
});

test("a drag that is held at the edge of a narrow grid scrolls it", async ({ visit, day }) => {
  const minji = await visit("minji");
  await minji.page.setViewportSize({ width: 800, height: 900 });
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  const scroll = minji.page.locator("#tl-scroll");
  const left = () => scroll.evaluate((element) => element.scrollLeft);
  // Below the rooms that other tests have made.
  await timeline.track("백두산").scrollIntoViewIfNeeded();
  await scroll.evaluate((element) => (element.scrollLeft = 0));
  const [box, row] = [await scroll.boundingBox(), await timeline.track("백두산").boundingBox()];
  if (!box || !row) throw new Error("no grid");
  const y = row.y + row.height / 2;
  await minji.page.mouse.move(box.x + box.width - 120, y);
  await minji.page.mouse.down();
  await minji.page.mouse.move(box.x + box.width - 6, y, { steps: 4 });
  await expect.poll(left).toBeGreaterThan(100);
  await minji.page.mouse.up();
  const dialog = new BookingDialog(minji);
  await expect(dialog.dialog).toBeVisible();
  const [from, to] = [await dialog.starts.inputValue(), await dialog.ends.inputValue()];
  expect(to > from, `${from} to ${to}`).toBe(true);
});

test("Esc closes a panel that a click has opened, and the drawn time goes with its form", async ({ visit, day, api }) => {
  const minji = await visit("minji");
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "주간 모임");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.select("설악산", "10:00", "11:00");
  await expect(timeline.drawn).toBeVisible();
  const form = new BookingDialog(minji);
  await form.close.click();
  await expect(form.dialog).toBeHidden();
  await expect(timeline.drawn).toHaveCount(0);

  await timeline.block("주간 모임").click();
  const details = new ReservationDetails(minji);
  await expect(details.dialog).toContainText("백두산");
  await minji.page.keyboard.press("Escape");
  await expect(details.dialog).toBeHidden();
  await expect(timeline.block("주간 모임")).toBeFocused();
});

test("what is typed goes along when another time is drawn, and stays while a booking is looked at", async ({ visit, day, api }) => {
  const minji = await visit("minji");
  await (await api("minji")).book(day, "설악산", "09:00", "10:00", "주간 모임");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  // To the right of everything else: the panel stands beside it.
  await timeline.select("설악산", "16:00", "17:00");
  const dialog = new BookingDialog(minji);
  await dialog.title.fill("분기 계획");
  await dialog.private.check();

  await timeline.select("백두산", "11:00", "12:00");
  await expect(dialog.starts).toHaveValue("11:00");
  await expect(dialog.submit).toContainText("백두산");
  await expect(dialog.title).toHaveValue("분기 계획");
  await expect(dialog.title).toBeFocused();
  await expect(dialog.private).toBeChecked();

  await timeline.block("주간 모임").click();
  const details = new ReservationDetails(minji);
  await expect(details.dialog).toBeVisible();
  await expect(dialog.dialog).toBeHidden();
  await details.dialog.getByRole("button", { name: minji.t("close") }).click();
  await timeline.select("백두산", "11:00", "12:00");
  await expect(dialog.title).toHaveValue("분기 계획");
  await dialog.submit.click();
  await expect(dialog.dialog).toBeHidden();
  await expect(timeline.blockAt("분기 계획", "백두산", "11:00", "12:00")).toBeVisible();

  // What was booked, and what was given up, is not written again.
  for (const typed of ["그만둔 모임", ""]) {
    await timeline.select("지리산", "16:00", "17:00");
    await expect(dialog.title).toHaveValue("");
    await dialog.title.fill(typed);
    await minji.page.keyboard.press("Escape");
    await expect(dialog.dialog).toBeHidden();
  }
});

test("a private booking shows others only that the room is taken", async ({ visit, day }) => {
  const [minji, junho, admin] = [await visit("minji"), await visit("junho"), await visit("admin")];
  const [hers, his, theirs] = [new TimelinePage(minji), new TimelinePage(junho), new TimelinePage(admin)];
  for (const timeline of [hers, his, theirs]) await timeline.open(day);

  await hers.select("지리산", "13:00", "14:00");
  const dialog = new BookingDialog(minji);
  await dialog.private.check();
  await dialog.title.fill("연봉 협상");
  await dialog.submit.click();
  await expect(hers.block("연봉 협상")).toBeVisible();
  await expect(theirs.block("연봉 협상")).toBeVisible();

  const hidden = his.row("지리산").getByRole("button", { name: /예약됨|비공개/ });
  await expect(hidden).toBeVisible();
  await hidden.click();
  await expect(new ReservationDetails(junho).dialog).toContainText(/예약됨|비공개/);
  expect(await junho.page.content()).not.toContain("연봉 협상");
  expect(junho.frames.text).not.toContain("연봉 협상");

  await junho.page.reload();
  await expect(hidden).toBeVisible();
  expect(await junho.page.content()).not.toContain("연봉 협상");
});

test("from the login to a booking and its cancellation with the keyboard alone", async ({ visit, day }) => {
  const visitor = await visit(null);
  const { page } = visitor;
  await page.goto(day.path);
  const login = new LoginPage(visitor);
  await login.ready();

  await tabTo(page, login.email);
  await page.keyboard.type(PEOPLE.seoyeon);
  await page.keyboard.press("Tab");
  await expect(login.password).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");

  const timeline = new TimelinePage(visitor);
  await expect(timeline.grid).toBeVisible();
  await visitor.frames.connected(0);
  // The whole grid is one stop.
  await tabTo(page, timeline.grid.locator("[tabindex='0']"));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Enter");

  const dialog = new BookingDialog(visitor);
  await expect(dialog.title).toBeFocused();
  await page.keyboard.type("글쇠만으로");
  await page.keyboard.press("Enter");
  await expect(dialog.dialog).toBeHidden();
  const block = timeline.block("글쇠만으로");
  await expect(block).toBeVisible();

  await expect(block).toBeFocused();
  await page.keyboard.press("Delete");
  const confirmation = new ReservationDetails(visitor).confirmation;
  await expect(confirmation).toBeVisible();
  await tabTo(page, confirmation.getByRole("button", { name: visitor.t("cancel_confirm") }));
  await page.keyboard.press("Enter");
  await expect(block).toHaveCount(0);
});

test("a booking is moved, lengthened and let go with keys", async ({ visit, day, api }) => {
  const minji = await visit("minji");
  await (await api("minji")).book(day, "북한산", "10:00", "11:00", "아침 모임");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  const { keyboard } = minji.page;

  await timeline.block("아침 모임").focus();
  await keyboard.press("m");
  await keyboard.press("ArrowRight");
  await keyboard.press("ArrowRight");
  await keyboard.press("Enter");
  await expect(timeline.blockAt("아침 모임", "북한산", "10:30", "11:30")).toBeVisible();

  await timeline.block("아침 모임").focus();
  await keyboard.press("m");
  await keyboard.press("ArrowRight");
  await keyboard.press("Escape");
  await expect(timeline.blockAt("아침 모임", "북한산", "10:30", "11:30")).toBeVisible();

  await timeline.block("아침 모임").focus();
  await keyboard.press("r");
  await keyboard.press("ArrowRight");
  await keyboard.press("Enter");
  await expect(timeline.blockAt("아침 모임", "북한산", "10:30", "11:45")).toBeVisible();
});

test("keys that come faster than the screen is drawn are all heard", async ({ visit, day, api }) => {
  const hers = await api("minji");
  const { id } = await hers.book(day, "북한산", "16:00", "17:00", "빠른 손");
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await minji.page.evaluate(() => {
    const draw = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (frame) => window.setTimeout(() => draw(frame), 2_000);
  });
  await timeline.pressOn("빠른 손", "m", "ArrowDown", "ArrowDown", "ArrowRight", "Enter");
  await expect
    .poll(() => hers.reservation(id))
    .toMatchObject({ room: { name: "지리산" }, startsAt: day.at("16:15"), endsAt: day.at("17:15") });
});

test("a booking that is moved again before the answer comes goes where it was put last", async ({ visit, day, api }) => {
  const hers = await api("minji");
  const { id } = await hers.book(day, "북한산", "13:00", "14:00", "두 번 옮김");
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  const press = (...keys: string[]) => timeline.pressOn("두 번 옮김", ...keys);
  const letGo = await minji.hold(/\/fn\/edit_reservation/);
  let answers = 0;
  minji.page.on("requestfinished", (request) => (answers += Number(request.url().endsWith("/fn/edit_reservation"))));

  await press("m", "ArrowRight", "ArrowRight", "Enter");
  await press("r", "ArrowRight", "Enter");
  await press("m", "ArrowRight", "Enter");
  await expect(timeline.blockAt("두 번 옮김", "북한산", "13:45", "15:00")).toBeVisible();
  // Taken up before the answer, and put down after it.
  await press("m", "ArrowRight");
  letGo();
  await expect.poll(() => hers.reservation(id)).toMatchObject({ startsAt: day.at("13:45"), endsAt: day.at("15:00") });
  await expect.poll(() => answers).toBe(2);
  await minji.page.keyboard.press("Enter");
  await expect.poll(() => hers.reservation(id)).toMatchObject({ startsAt: day.at("14:00"), endsAt: day.at("15:15") });
  await expect(timeline.blockAt("두 번 옮김", "북한산", "14:00", "15:15")).toBeVisible();
});

test("what is moved on after its move could not be sent is moved by both", async ({ visit, day, api }) => {
  const hers = await api("minji");
  const { id } = await hers.book(day, "북한산", "18:00", "19:00", "끊긴 옮김");
  const minji = await visit("minji");
  minji.tolerateBrokenNetwork();
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await minji.page.route(/\/fn\/edit_reservation/, (route) => route.abort(), { times: 1 });
  await timeline.pressOn("끊긴 옮김", "m", "ArrowRight", "ArrowRight", "Enter");
  await expect(timeline.block("끊긴 옮김")).toHaveAccessibleName(new RegExp(minji.t("failed_to_save")));
  await timeline.pressOn("끊긴 옮김", "m", "ArrowDown", "Enter");
  await expect
    .poll(() => hers.reservation(id))
    .toMatchObject({ room: { name: "설악산" }, startsAt: day.at("18:30"), endsAt: day.at("19:30") });
});

test("a booking keeps its time when it goes to another room, by keys and by the pointer", async ({ visit, day, api }) => {
  const hers = await api("minji");
  const { id } = await hers.book(day, "설악산", "10:05", "11:05", "어긋난 모임");
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  const isIn = (room: string) =>
    expect
      .poll(() => hers.reservation(id))
      .toMatchObject({ room: { name: room }, startsAt: day.at("10:05"), endsAt: day.at("11:05") });
  const { keyboard } = minji.page;

  await timeline.block("어긋난 모임").focus();
  await keyboard.press("m");
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await isIn("지리산");
  await expect(timeline.blockAt("어긋난 모임", "지리산", "10:05", "11:05")).not.toHaveAttribute("aria-busy", "true");
  await timeline.move("어긋난 모임", { room: "지리산", start: "10:05" }, { room: "설악산", start: "10:05" });
  await isIn("설악산");
  await expect(timeline.blockAt("어긋난 모임", "설악산", "10:05", "11:05")).toBeVisible();
});

test("a room that needs approval: the booking waits, and the admin's yes reaches the organiser", async ({ visit, day }) => {
  const [minji, admin] = [await visit("minji"), await visit("admin")];
  const [hers, theirs] = [new TimelinePage(minji), new TimelinePage(admin)];
  await hers.open(day);
  await theirs.open(day);
  await hers.select("한라산", "15:00", "16:00");
  await new BookingDialog(minji).book("전사 발표");
  await expect(hers.block("전사 발표")).toHaveAccessibleName(/승인 대기/);

  await theirs.block("전사 발표").click();
  await new ReservationDetails(admin).action("approve").click();
  await expect(hers.block("전사 발표")).not.toHaveAccessibleName(/승인 대기/);
});

test("a browser in another time zone shows the organisation's clock", async ({ visit, day, api }) => {
  await (await api("minji")).book(day, "태백산", "09:00", "10:00", "먼 곳에서");
  const minji = await visit("minji", { timezoneId: "America/New_York" });
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await expect(timeline.blockAt("먼 곳에서", "태백산", "09:00", "10:00")).toBeVisible();
  await timeline.select("태백산", "11:00", "12:00");
  await new BookingDialog(minji).book("같은 시계");
  const bookings = await (await api("minji")).reservations(day);
  expect(bookings.find((r) => r.title === "같은 시계")?.startsAt).toBe(day.at("11:00"));
});

test("a booking's own page tells times by the device's clock to whoever wants that", async ({ visit, day, api }) => {
  const booking = await (await api("minji")).book(day, "태백산", "09:00", "10:00", "멀리서 본 회의");
  const his = await api("doyun");
  await his.tellTimesBy("device");
  // The clocks never change there, and it is the afternoon of the day before.
  const doyun = await visit("doyun", { timezoneId: "Pacific/Honolulu" });
  // The first page notes which device it is on.
  await doyun.goto("/my-reservations");
  await doyun.goto(`/reservations/${booking.id}`);
  const page = doyun.page.locator(".booking");
  await expect(page).toContainText("오후 02:00");
  await expect(page.getByRole("link", { name: doyun.t("show_in_timeline") })).toHaveAttribute("href", day.path);
  await his.tellTimesBy("organisation");
});

/** Presses Tab until something has focus, as a person without a pointer would. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const reached = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 60; presses += 1) {
    if (await reached()) return;
    await page.keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}

test("the ends of an own booking are pulled with the pointer, and others see it", async ({ visit, day, api }) => {
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "길어질 회의");
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new TimelinePage(minji), new TimelinePage(junho)];
  await hers.open(day);
  await his.open(day);
  await hers.resize("길어질 회의", "백두산", "12:30");
  await expect(hers.blockAt("길어질 회의", "백두산", "10:00", "12:30")).toBeVisible();
  await expect(his.blockAt("길어질 회의", "백두산", "10:00", "12:30")).toBeVisible();
  await expect(hers.block("길어질 회의")).not.toHaveAttribute("aria-busy", "true");
  await hers.resize("길어질 회의", "백두산", "09:15", "start");
  await expect(hers.blockAt("길어질 회의", "백두산", "09:15", "12:30")).toBeVisible();
  await expect(his.blockAt("길어질 회의", "백두산", "09:15", "12:30")).toBeVisible();
  await expect(his.block("길어질 회의").locator(".block-grip")).toHaveCount(0);
});
