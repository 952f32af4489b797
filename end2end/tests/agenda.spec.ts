import type { Api } from "../api";
import { expect, PHONE, test } from "../fixtures";
import { TimersPage } from "../pages/timers";

const MINUTE = 60_000;

/** A meeting that has begun, in a room of its own. */
async function meeting(api: (person: "admin" | "seoyeon" | "junho") => Promise<Api>, room: string, minutes: number) {
  const [hers, his] = [await api("seoyeon"), await api("junho")];
  await (await api("admin")).createRoom({ name: room, capacity: 4 });
  const from = new Date(Date.now() - MINUTE);
  const to = new Date(from.getTime() + minutes * MINUTE);
  const booking = await hers.bookAt(room, from, to, "신규 입사자 교육", { attendeeIds: [his.user.id] });
  return { hers, booking, to };
}

test("a meeting's agenda is led on one screen and followed on every other", async ({ visit, api }) => {
  const { hers, booking } = await meeting(api, "안건방", 40);
  const [seoyeon, junho] = [await visit("seoyeon"), await visit("junho")];
  const [host, guest] = [new TimersPage(seoyeon), new TimersPage(junho)];
  await guest.open();
  await host.open();
  await host.form.getByRole("radio", { name: seoyeon.t("timer_until_meeting") }).check();
  await host.form.getByLabel(seoyeon.t("agenda_optional")).fill("인사 5\n복지 제도 안내 15\n질문");
  await expect(host.form).toContainText(seoyeon.t("agenda_sum", "3", "25분"));
  await host.start.click();

  await expect(guest.agenda).toContainText(junho.t("agenda_place", "1", "3"));
  await expect(guest.agenda.locator(".point-title")).toHaveText("인사");
  await expect(guest.agenda.getByRole("timer")).toHaveText(/^0[45]:\d\d$/);
  await expect(guest.agenda.getByRole("button")).toHaveCount(0);
  await expect(guest.agenda).toContainText("안건방");

  const next = host.agenda.getByRole("button", { name: seoyeon.t("agenda_next") });
  await next.focus();
  await seoyeon.page.keyboard.press("Enter");
  await expect(guest.agenda.locator(".point-title")).toHaveText("복지 제도 안내");
  await expect(guest.agenda.getByRole("timer")).toHaveText(/^1[45]:\d\d$/);
  await expect(host.agenda).toContainText(seoyeon.t("agenda_place", "2", "3"));
  await seoyeon.page.keyboard.press("Enter");
  await expect(guest.agenda.locator(".point-title")).toHaveText("질문");
  // At its end the button stays, and keeps the focus.
  await expect(next).toBeFocused();
  await expect(next).toHaveAttribute("aria-disabled", "true");
  await host.agenda.getByRole("button", { name: seoyeon.t("agenda_back") }).click();
  await expect(guest.agenda.locator(".point-title")).toHaveText("복지 제도 안내");

  await host.agenda.getByText(seoyeon.t("agenda_all")).click();
  await host.agenda.getByRole("button", { name: "인사" }).click();
  await expect(guest.agenda.locator(".point-title")).toHaveText("인사");
  await expect(host.agenda.getByRole("listitem").first()).toHaveAttribute("aria-current", "step");

  await host.agenda.getByRole("button", { name: seoyeon.t("agenda_change") }).click();
  const dialog = seoyeon.page.getByRole("dialog", { name: seoyeon.t("agenda"), exact: true });
  const text = dialog.getByLabel(seoyeon.t("agenda_points"));
  await expect(text).toHaveValue("인사 5\n복지 제도 안내 15\n질문 5");
  await text.fill("인사 5\n시연 10");
  await dialog.getByRole("button", { name: seoyeon.t("save") }).click();
  await expect(guest.agenda).toContainText(junho.t("agenda_place", "1", "2"));

  // Who comes late sees where it is.
  const late = new TimersPage(await visit("junho", { device: PHONE }));
  await late.open();
  await expect(late.agenda).toContainText(junho.t("agenda_place", "1", "2"));
  await host.action("timer_stop").click();
  await expect(guest.agenda).toHaveCount(0);
  await hers.cancel(booking).catch(() => {});
});

test("a point that runs over says by how much, and the booking is extended while the room is free", async ({
  visit,
  api,
}) => {
  const { hers, booking, to } = await meeting(api, "늦은방", 6);
  const timer = await hers.startTimer({
    allocatedDuration: Math.floor((to.getTime() - Date.now()) / 1_000),
    scheduleId: booking.id,
    reservationId: booking.id,
    title: "신규 입사자 교육",
    agenda: [
      { title: "인사", seconds: 1 },
      { title: "복지 제도 안내", seconds: 900 },
    ],
  });
  const seoyeon = await visit("seoyeon");
  const page = new TimersPage(seoyeon);
  await page.open();
  await expect(page.agenda.getByRole("timer")).toHaveText(/^\+\d\d:\d\d$/);
  await expect(page.agenda.locator(".point-left")).toContainText(seoyeon.t("agenda_over"));
  await expect(page.agenda.getByRole("status")).toHaveText(seoyeon.t("agenda_over_said", "인사"));
  const warning = page.agenda.locator(".timer-warning");
  await expect(warning).toContainText(/1\d분 늦어지고 있습니다/);
  await warning.getByRole("button", { name: seoyeon.t("timer_extend_meeting") }).click();
  await expect(warning).toHaveCount(0);
  await expect.poll(async () => Date.parse((await hers.reservation(booking.id)).endsAt) - to.getTime()).toBe(15 * MINUTE);
  expect(Date.parse((await hers.timer(timer.id)).endsAt!) - Date.parse(timer.endsAt)).toBe(15 * MINUTE);

  // Late again, and somebody else has the room by then.
  const end = new Date(to.getTime() + 15 * MINUTE);
  const next = await hers.bookAt("늦은방", new Date(end.getTime() + 5 * MINUTE), new Date(end.getTime() + 65 * MINUTE), "다음");
  await page.agenda.getByRole("button", { name: seoyeon.t("agenda_change") }).click();
  const dialog = seoyeon.page.getByRole("dialog", { name: seoyeon.t("agenda"), exact: true });
  await dialog.getByLabel(seoyeon.t("agenda_points")).fill("인사 5\n복지 제도 안내 90");
  await dialog.getByRole("button", { name: seoyeon.t("save") }).click();
  await expect(warning).toContainText("다음 예약이 있습니다");
  await expect(warning.getByRole("button")).toHaveCount(0);
  await hers.stopTimer(timer.id);
  await hers.cancel(next);
  await hers.cancel(await hers.reservation(booking.id)).catch(() => {});
});
