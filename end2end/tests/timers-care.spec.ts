import type { Api, Reservation } from "../api";
import { expect, PHONE, test } from "../fixtures";
import { TimersPage } from "../pages/timers";
import type { Server } from "../server";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Has a timer been begun, and left to itself, so much earlier than it was. */
async function leaveAlone(server: Server, timer: { id: string }, ms: number): Promise<void> {
  const instants = ["created_at", "started_at", "updated_at", "paused_at", "ends_at"];
  await server.kill();
  server.edit(`UPDATE timers SET ${instants.map((at) => `${at} = ${at} - ${ms}`)} WHERE id = '${timer.id}'`);
  await server.restart();
}

/** A meeting of two that has begun, in a room of its own, with the timer that ends with it. */
async function meeting(api: (person: "admin" | "minji" | "doyun") => Promise<Api>, room: string): Promise<Reservation> {
  const [hers, his] = [await api("minji"), await api("doyun")];
  await (await api("admin")).createRoom({ name: room, capacity: 4 });
  const from = new Date(Date.now() - MINUTE);
  const to = new Date(from.getTime() + 5 * MINUTE);
  const booking = await hers.bookAt(room, from, to, "짧은 회의", { attendeeIds: [his.user.id] });
  await hers.startTimer({
    allocatedDuration: Math.floor((to.getTime() - Date.now()) / 1_000),
    kind: "meeting",
    title: "짧은 회의",
    scheduleId: booking.id,
    reservationId: booking.id,
  });
  return booking;
}

test("a timer that runs forgotten is asked about, and whoever is there keeps it", async ({ visit, server, api }) => {
  const [his, hers] = [await api("doyun"), await api("seoyeon")];
  const timer = await his.startTimer({
    allocatedDuration: 80_000,
    kind: "focus",
    title: "잊은 일",
    userIds: [hers.user.id],
  });
  await leaveAlone(server, timer, 5 * HOUR);
  const [desk, phone, guest] = [await visit("doyun"), await visit("doyun", { device: PHONE }), await visit("seoyeon")];
  const [here, there, watching] = [new TimersPage(desk), new TimersPage(phone), new TimersPage(guest)];
  for (const page of [here, there, watching]) await page.open();
  for (const page of [here, there]) await expect(page.forgotten).toBeVisible();
  expect((await his.timer(timer.id)).askedAt).toBeTruthy();
  // Only who may command it is asked.
  await expect(watching.title).toHaveText("잊은 일");
  await expect(watching.forgotten).toHaveCount(0);

  await there.forgotten.getByRole("button", { name: phone.t("timer_keep") }).tap();
  for (const page of [here, there]) await expect(page.forgotten).toHaveCount(0);
  await expect(here.action("timer_pause")).toBeVisible();
  // As if nobody had asked: it goes on from when it was begun.
  await expect(here.left).toHaveText(/^17:\d\d:\d\d$/);
  const kept = await his.timer(timer.id);
  expect([kept.status, kept.askedAt]).toEqual(["RUNNING", undefined]);
  await his.stopTimer(timer.id);
});

test("a timer that was paused and forgotten is stopped by an answer, on every screen", async ({ visit, server, api }) => {
  const [his, hers] = [await api("doyun"), await api("seoyeon")];
  const timer = await his.startTimer({ allocatedDuration: 600, title: "잊은 쉼", userIds: [hers.user.id] });
  await his.pauseTimer(timer.id);
  await leaveAlone(server, timer, 2 * HOUR);
  const [desk, phone, guest] = [await visit("doyun"), await visit("doyun", { device: PHONE }), await visit("seoyeon")];
  const [here, there, watching] = [new TimersPage(desk), new TimersPage(phone), new TimersPage(guest)];
  for (const page of [here, there, watching]) await page.open();
  for (const page of [here, there]) await expect(page.forgotten).toBeVisible();
  await expect(watching.title).toHaveText("잊은 쉼");

  await here.forgotten.getByRole("button", { name: desk.t("timer_stop") }).press("Enter");
  for (const page of [here, there, watching]) await expect(page.main).toContainText(desk.t("timer_none_title"));
  await expect(there.today.filter({ hasText: "잊은 쉼" })).toContainText(phone.t("timer_stopped"));
  expect((await his.timer(timer.id)).status).toBe("COMPLETED");
  await desk.goto("/notifications");
  await expect(desk.page.getByRole("main").getByText(desk.t("told_forgotten")).first()).toBeVisible();
});

test("a meeting's timer lasts until the meeting ends and offers more time", async ({ visit, api }) => {
  const [hers, his] = [await api("seoyeon"), await api("junho")];
  await (await api("admin")).createRoom({ name: "모래시계", capacity: 4 });
  const from = new Date(Date.now() - MINUTE);
  const booking = await hers.bookAt("모래시계", from, new Date(from.getTime() + 5 * MINUTE), "짧은 회의", {
    attendeeIds: [his.user.id],
  });
  const seoyeon = await visit("seoyeon");
  const page = new TimersPage(seoyeon);
  await page.open();
  await page.form.getByRole("radio", { name: seoyeon.t("timer_until_meeting") }).check();
  await page.start.click();
  await expect(page.title).toHaveText("짧은 회의");
  await expect(page.main.locator(".timer-people li")).toHaveCount(2);
  await expect(page.left).toHaveText(/^0[0-4]:\d\d$/);
  await page.action("timer_extend_meeting").click();
  await expect(page.left).toHaveText(/^1[5-9]:\d\d$/);
  const after = await hers.reservation(booking.id);
  expect(Date.parse(after.endsAt) - Date.parse(booking.endsAt)).toBe(15 * MINUTE);
  await page.action("timer_stop").click();
  await hers.cancel(after);
});

test("towards its end a meeting is ended from its timer, which ends with it for everybody", async ({ visit, api }) => {
  const booking = await meeting(api, "물시계");
  const [minji, doyun] = [await visit("minji"), await visit("doyun")];
  const [host, guest] = [new TimersPage(minji), new TimersPage(doyun)];
  await guest.open();
  await host.open();
  await expect(host.main).toContainText("물시계");
  const end = host.action("end_now");
  await expect(end).toBeVisible();
  // Whoever only takes part is told, and decides nothing.
  await expect(guest.title).toHaveText("짧은 회의");
  await expect(guest.main.locator(".timer-warning").filter({ hasText: "물시계" })).toBeVisible();
  await expect(guest.action("end_now")).toHaveCount(0);
  await end.click();
  for (const page of [host, guest]) await expect(page.main).toContainText(minji.t("timer_none_title"));
  const over = await (await api("minji")).reservation(booking.id);
  expect(over.status).toBe("completed");
  expect(Date.parse(over.endsAt)).toBeLessThan(Date.parse(booking.endsAt));
});

test("after work comes the rest by itself, and a series that is given up ends there", async ({ visit, api }) => {
  const his = await api("junho");
  const junho = await visit("junho");
  const page = new TimersPage(junho);
  await page.open();
  const stays = await junho.staysOnPage();
  await his.startTimer({ allocatedDuration: 2, kind: "focus", title: "번갈아", cycle: { rest: 600, rounds: 2 } });
  await expect(page.main.locator(".dial-kind")).toContainText(junho.t("timer_break"));
  await expect(page.main.getByRole("img", { name: junho.t("timer_rounds_label", 2, 1) })).toBeVisible();
  await expect(page.left).toHaveText(/^(10:00|09:\d\d)$/);

  const dialog = junho.page.getByRole("dialog", { name: junho.t("timer_cancel_question") });
  await page.action("timer_cancel").click();
  await dialog.getByRole("button", { name: junho.t("timer_keep") }).click();
  await expect(page.action("timer_cancel")).toBeFocused();
  const { id } = (await his.timers())[0]!;
  expect((await his.timer(id)).status).toBe("RUNNING");
  await page.action("timer_cancel").click();
  await dialog.getByRole("button", { name: junho.t("timer_cancel"), exact: true }).click();
  await expect(page.main).toContainText(junho.t("timer_none_title"));
  expect((await his.timer(id)).status).toBe("CANCELLED");
  expect(await his.timers()).toEqual([]);
  await stays();
});
