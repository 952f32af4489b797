import { Device } from "../device";
import { expect, test } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { MyReservationsPage } from "../pages/my-reservations";
import { ReservationDetails } from "../pages/reservation";
import { TimelinePage } from "../pages/timeline";

test("what one person books, edits, moves and cancels changes the other's open page", async ({ visit, day }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new TimelinePage(minji), new TimelinePage(junho)];
  await hers.open(day);
  await his.open(day);
  const assertNotReloaded = await junho.staysOnPage();

  await hers.select("백두산", "10:00", "11:00");
  await new BookingDialog(minji).book("제품 회의");
  await expect(his.blockAt("제품 회의", "백두산", "10:00", "11:00")).toBeVisible();

  await hers.block("제품 회의").click();
  await new ReservationDetails(minji).action("edit").click();
  await new BookingDialog(minji).book("제품 회의 2부");
  await expect(his.blockAt("제품 회의 2부", "백두산", "10:00", "11:00")).toBeVisible();
  await expect(his.block("제품 회의")).toHaveCount(0);

  await hers.move("제품 회의 2부", { room: "백두산", start: "10:00" }, { room: "설악산", start: "13:30" });
  await expect(his.blockAt("제품 회의 2부", "설악산", "13:30", "14:30")).toBeVisible();
  await expect(his.blockAt("제품 회의 2부", "백두산", "10:00", "11:00")).toHaveCount(0);

  await hers.block("제품 회의 2부").click();
  await new ReservationDetails(minji).cancel();
  await expect(his.block("제품 회의 2부")).toHaveCount(0);

  await assertNotReloaded();
  junho.frames.assertInOrder();
});

test("what somebody else changes is marked: a room, and a booking that this very browser has made", async ({ visit, day, api }) => {
  const admin = await api("admin");
  const minji = await visit("minji");
  const hers = new TimelinePage(minji);
  await hers.open(day);
  await hers.select("백두산", "10:00", "11:00");
  await new BookingDialog(minji).book("제품 회의");
  await expect(hers.row("백두산")).not.toHaveClass(/is-changed/);

  const room = await admin.room("지리산");
  const changed = await admin.changeRoom(room, { capacity: room.capacity + 1 });
  await expect(hers.row("지리산")).toHaveClass(/is-changed/);
  await expect(hers.row("지리산")).not.toHaveClass(/is-changed/);
  await admin.changeRoom(changed, { capacity: room.capacity });

  const [booking] = await admin.reservations(day);
  await admin.change(booking!, { startsAt: day.at("13:00"), endsAt: day.at("14:00") });
  await expect(hers.blockAt("제품 회의", "백두산", "13:00", "14:00")).toContainText("10:00에서 옮김");
  await expect(hers.row("백두산").locator(".block-from")).toBeVisible();
  await expect(hers.row("백두산").locator(".block-from")).toHaveCount(0);
});

test("an invitation appears in the open list of the person invited, and goes with the meeting", async ({ visit, day, api }) => {
  const minji = await api("minji");
  const junho = await visit("junho");
  const his = new MyReservationsPage(junho);
  await his.open();
  const booking = await minji.book(day, "백두산", "10:00", "11:00", "같이 봐요", { attendeeIds: [(await api("junho")).user.id] });
  await expect(his.entry("같이 봐요")).toContainText("백두산");
  const changed = await minji.change(booking, { title: "같이 봐요, 다시" });
  await expect(his.entry("같이 봐요, 다시")).toBeVisible();
  await minji.cancel(changed);
  await expect(his.entry("같이 봐요")).toHaveCount(0);
  await his.open("past");
  await expect(his.entry("같이 봐요, 다시")).toContainText("취소됨");
});

test("a booking that moves to another day is followed there, on its own page and in what is open of it", async ({
  visit,
  day,
  api,
}) => {
  const hers = await api("minji");
  const other = day.next();
  const booking = await hers.book(day, "오대산", "08:00", "08:30", "떠도는 회의");
  const [junho, seoyeon] = [await visit("junho"), await visit("seoyeon")];
  await junho.goto(`/reservations/${booking.id}`);
  const page = junho.page.locator(".booking");
  const stays = await junho.staysOnPage();
  const timeline = new TimelinePage(seoyeon);
  await timeline.open(day);
  await timeline.block("떠도는 회의").click();
  const details = new ReservationDetails(seoyeon);
  await expect(details.dialog).toContainText("오전 08:00");

  const followed = junho.page.waitForResponse(/\/fn\/day_schedule/);
  const moved = await hers.change(booking, { startsAt: other.at("21:00"), endsAt: other.at("21:30") });
  await expect(page).toContainText("오후 09:00");
  await expect(details.dialog).toContainText("오후 09:00");
  await (await followed).finished();
  // What happens to it there is seen too.
  await hers.cancel(await hers.change(moved, { title: "떠도는 회의, 다시" }));
  await expect(page).toContainText("떠도는 회의, 다시");
  await expect(page).toContainText(junho.t("cancelled"));
  await stays();
});

test("an open form on a private meeting keeps what is in it when somebody else moves its end", async ({ visit, day, api }) => {
  const [hers, his] = [await api("minji"), await api("junho")];
  const more = { private: true, attendeeIds: [his.user.id] };
  const booking = await hers.book(day, "백두산", "10:00", "11:00", "연봉 협상", more);
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.block("연봉 협상").click();
  await new ReservationDetails(minji).action("edit").click();
  const dialog = new BookingDialog(minji);
  await expect(dialog.title).toHaveValue("연봉 협상");

  await (await api("admin")).change(booking, { endsAt: day.at("11:30") });
  await expect(dialog.ends).toHaveValue("11:30");
  await expect(dialog.title).toHaveValue("연봉 협상");
  await dialog.title.fill("연봉 협상, 다시");
  await dialog.submit.click();
  await expect(dialog.dialog).toBeHidden();
  const kept = { title: "연봉 협상, 다시", endsAt: day.at("11:30"), private: true, attendees: [{ id: his.user.id }] };
  expect(await hers.reservation(booking.id)).toMatchObject(kept);
});

test("who is invited answers on the booking's page, and the organizer hears of a no", async ({ visit, day, api }) => {
  const [hers, his] = [await api("minji"), await api("junho")];
  const booking = await hers.book(day, "지리산", "15:00", "16:00", "초대", { attendeeIds: [his.user.id] });
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  await minji.goto("/timeline");
  await junho.goto(`/reservations/${booking.id}`);
  const button = (key: string) => junho.page.getByRole("button", { name: junho.t(key), exact: true });
  await button("accept_it").click();
  await expect(button("accept_it")).toHaveCount(0);
  await button("decline_it").click();
  await expect(button("accept_it")).toBeVisible();
  await minji.page.locator(".bell-btn").click();
  await expect(minji.page.locator("#bell")).toContainText(`박준호 님이 ‘초대’ 초대를 거절했습니다.`);
});

test("a browser that was offline catches up, in order, with everything that it missed", async ({ visit, day, api }) => {
  const minji = await api("minji");
  const junho = await visit("junho");
  junho.tolerateBrokenNetwork();
  const his = new TimelinePage(junho);
  await his.open(day);
  const assertNotReloaded = await junho.staysOnPage();

  await junho.settled();
  await junho.context.setOffline(true);
  await expect(his.connectionBanner).toContainText("실시간 연결 상태:");
  await expect(his.connectionBanner).toContainText("오프라인");
  await expect(his.liveMark).toHaveText(/(오전|오후) \d\d:\d\d 기준/);

  const moved = await minji.book(day, "백두산", "09:00", "10:00", "옮긴 회의");
  await minji.change(moved, { startsAt: day.at("16:00"), endsAt: day.at("17:00") });
  const cancelled = await minji.book(day, "설악산", "09:00", "10:00", "취소한 회의");
  await minji.cancel(cancelled);
  await minji.book(day, "설악산", "09:00", "10:00", "남은 회의");
  await expect(his.block("남은 회의")).toHaveCount(0);

  const hellos = junho.frames.hellos;
  await junho.context.setOffline(false);
  await junho.frames.connected(hellos);
  await expect(his.blockAt("옮긴 회의", "백두산", "16:00", "17:00")).toBeVisible();
  await expect(his.blockAt("남은 회의", "설악산", "09:00", "10:00")).toBeVisible();
  await expect(his.block("취소한 회의")).toHaveCount(0);
  await expect(his.connectionBanner).toHaveCount(0);
  await expect(his.liveMark).toHaveText("실시간");

  junho.frames.assertInOrder();
  expect(junho.frames.events.length).toBeGreaterThanOrEqual(5);
  await assertNotReloaded();
});

test("a device without a network is live with a server of its own, and goes back to it when asked", async ({ visit, day }) => {
  const minji = await visit("minji");
  await minji.page.addInitScript(() => Object.defineProperty(Navigator.prototype, "onLine", { get: () => false }));
  const hers = new TimelinePage(minji);
  await hers.open(day);
  await expect(hers.liveMark).toHaveText("실시간");

  const hellos = minji.frames.hellos;
  await minji.page.evaluate(() => window.dispatchEvent(new Event("offline")));
  await expect(hers.connectionBanner).toContainText(minji.t("browser_offline"));
  await hers.connectionBanner.getByRole("button", { name: minji.t("reconnect_now") }).click();
  await minji.frames.connected(hellos);
  await expect(hers.connectionBanner).toHaveCount(0);
  await expect(hers.liveMark).toHaveText("실시간");
});

test("after a crash of the server both browsers go on where they were", async ({ visit, day, server, api }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new TimelinePage(minji), new TimelinePage(junho)];
  for (const visitor of [minji, junho]) visitor.tolerateBrokenNetwork();
  await hers.open(day);
  await his.open(day);
  await hers.select("백두산", "10:00", "11:00");
  await new BookingDialog(minji).book("끊기기 전");
  await expect(his.block("끊기기 전")).toBeVisible();
  const stays = [await minji.staysOnPage(), await junho.staysOnPage()];
  const hellos = [minji.frames.hellos, junho.frames.hellos];
  for (const visitor of [minji, junho]) await visitor.settled();

  // What has been committed is told after the crash to whoever had not heard of it.
  await junho.context.setOffline(true);
  await expect(his.connectionBanner).toContainText("오프라인");
  await (await api("minji")).book(day, "지리산", "10:00", "11:00", "끊기기 직전");
  await expect(hers.block("끊기기 직전")).toBeVisible();
  await server.kill();
  await expect(his.block("끊기기 직전")).toHaveCount(0);
  for (const timeline of [hers, his]) {
    await expect(timeline.connectionBanner).toContainText(/실시간 연결 상태:\s*(연결 중\.\.\.|오프라인|연결 오류)/);
    await expect(timeline.block("끊기기 전")).toBeVisible();
  }

  await server.restart();
  await junho.context.setOffline(false);
  await minji.frames.connected(hellos[0]!);
  await junho.frames.connected(hellos[1]!);
  for (const timeline of [hers, his]) await expect(timeline.connectionBanner).toHaveCount(0);
  await expect(his.block("끊기기 직전")).toBeVisible();
  junho.frames.assertInOrder();

  await hers.select("설악산", "10:00", "11:00");
  await new BookingDialog(minji).book("이어진 뒤");
  await expect(his.block("이어진 뒤")).toBeVisible();
  await expect(his.block("끊기기 전")).toBeVisible();
  for (const assertNotReloaded of stays) await assertNotReloaded();

  const kept = (await (await api("junho")).reservations(day)).map((r) => r.title).sort();
  expect(kept).toEqual(["끊기기 전", "끊기기 직전", "이어진 뒤"]);
});

test("the proof shows the cursor moving with each change, and no gap", async ({ visit, day, api }) => {
  const junho = await visit("junho");
  const his = new TimelinePage(junho);
  await his.open(day);
  await his.liveMark.click();
  await expect(his.proof).toBeVisible();
  await expect(his.proof).toContainText("온라인");
  const cursor = async () => Number(await his.proofValue("proof_cursor").innerText());
  const before = await cursor();

  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "증명");
  await expect.poll(cursor).toBeGreaterThan(before);
  await expect(his.proofValue("proof_holes")).toHaveText("0");
});

test("a frame that never arrives is missed at the next one of its topic, and fetched", async ({ visit, day, api }) => {
  const junho = await visit("junho");
  let lost = 0;
  await junho.page.routeWebSocket(/\/ws(\?|$)/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (lost === 0 && message.toString().includes("사라진 소식")) lost += 1;
      else socket.send(message);
    });
  });
  const his = new TimelinePage(junho);
  await his.open(day);
  const hers = await api("minji");
  await hers.book(day, "백두산", "09:00", "10:00", "사라진 소식");
  await expect.poll(() => lost).toBe(1);
  await hers.book(day, "설악산", "09:00", "10:00", "다음 소식");
  await expect(his.block("다음 소식")).toBeVisible();
  await expect(his.block("사라진 소식")).toBeVisible();
  await his.liveMark.click();
  await expect(his.proofValue("proof_holes")).toHaveText("1");
  await expect(his.proofValue("proof_mended")).toHaveText("1");
});

test("whoever comes back to a tab that waits for its next try is connected at once", async ({ visit, day, api }) => {
  const junho = await visit("junho");
  let refused = false;
  await junho.page.routeWebSocket(/\/ws(\?|$)/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      socket.send(message);
      // The longest of all waits: 30 seconds.
      if (!refused && message.toString().includes("이제 그만")) {
        refused = true;
        void socket.close({ code: 4029 });
      }
    });
  });
  const his = new TimelinePage(junho);
  await his.open(day);
  const hers = await api("minji");
  await hers.book(day, "백두산", "09:00", "10:00", "이제 그만");
  await expect(his.connectionBanner).toContainText("연결 오류");
  await hers.book(day, "설악산", "09:00", "10:00", "그동안");
  await expect(his.block("그동안")).toHaveCount(0);
  await junho.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
  await expect(his.connectionBanner).toHaveCount(0);
  await expect(his.block("그동안")).toBeVisible();
});

test("a dead socket is given up when its device comes back with a clock that was set back", async ({ visit, day, api }) => {
  const junho = await visit("junho");
  const device = await Device.under(junho.page);
  let [sockets, isDead] = [0, false];
  await junho.page.routeWebSocket(/\/ws(\?|$)/, (socket) => {
    const isFirst = (sockets += 1) === 1;
    socket.connectToServer().onMessage((message) => {
      if (!isFirst || !isDead) socket.send(message);
    });
  });
  const his = new TimelinePage(junho);
  await his.open(day);
  isDead = true;
  await (await api("minji")).book(day, "백두산", "09:00", "10:00", "그동안");
  await device.leave(-3_600_000);
  await device.comeBack();
  await expect(his.block("그동안")).toBeVisible();
  expect(sockets).toBe(2);
});

test("what others do moves nothing under the pointer: the day grows once it has gone", async ({ visit, day, api }) => {
  const hers = await api("minji");
  await hers.book(day, "백두산", "10:00", "11:00", "여기 있다");
  const junho = await visit("junho");
  const his = new TimelinePage(junho);
  await his.open(day);
  const block = his.block("여기 있다");
  await block.hover();
  const before = await block.boundingBox();
  await hers.book(day, "설악산", "06:00", "07:00", "이른 회의");
  await hers.book(day, "지리산", "12:00", "13:00", "다른 회의");
  await expect(his.block("다른 회의")).toBeVisible();
  expect(await block.boundingBox()).toEqual(before);
  await his.liveMark.hover();
  await expect(his.block("이른 회의")).toBeVisible();
  await expect.poll(async () => (await block.boundingBox())?.x).not.toBe(before?.x);
});

test("a room that is added moves no row under the pointer, and comes once it has gone", async ({ visit, day, api }) => {
  const hers = await api("minji");
  await hers.book(day, "백두산", "10:00", "11:00", "여기 있다");
  const junho = await visit("junho");
  const his = new TimelinePage(junho);
  await his.open(day);
  const block = his.block("여기 있다");
  await block.hover();
  const before = await block.boundingBox();
  await (await api("admin")).createRoom({ name: "늦게 생긴 방", floor: "1층", capacity: 4 });
  await hers.book(day, "지리산", "12:00", "13:00", "다른 회의");
  await expect(his.block("다른 회의")).toBeVisible();
  await expect(his.row("늦게 생긴 방")).toHaveCount(0);
  expect(await block.boundingBox()).toEqual(before);
  await his.liveMark.hover();
  await expect(his.row("늦게 생긴 방")).toBeVisible();
  await expect.poll(async () => (await block.boundingBox())?.y).not.toBe(before?.y);
});

test("an invitation waits while somebody is in the list of their bookings, and what they do themselves does not", async ({
  visit,
  day,
  api,
}) => {
  const [hers, his] = [await api("minji"), await api("junho")];
  await his.book(day, "백두산", "14:00", "15:00", "내 모임");
  const junho = await visit("junho");
  const mine = new MyReservationsPage(junho);
  await mine.open();
  await mine.entry("내 모임").hover();
  await hers.book(day, "설악산", "09:00", "10:00", "같이 봐요", { attendeeIds: [his.user.id] });
  const chip = junho.page.locator(".held-chip");
  await expect(chip).toHaveText(junho.t("show_changes"));
  await expect(mine.entry("같이 봐요")).toHaveCount(0);
  await chip.click();
  await expect(mine.entry("같이 봐요")).toBeVisible();
  await expect(chip).toHaveCount(0);

  await mine.entry("내 모임").getByRole("button", { name: junho.t("cancel_booking") }).click();
  await new ReservationDetails(junho).confirmation.getByRole("button", { name: junho.t("cancel_confirm") }).click();
  await expect(mine.entry("내 모임")).toHaveCount(0);
});
