import type { Api } from "../api";
import { expect, test } from "../fixtures";
import { ApprovalsPage } from "../pages/approvals";
import { BookingDialog } from "../pages/booking";
import { TimelinePage } from "../pages/timeline";

/** A room about whose bookings one person decides. */
async function roomDecidedBy(approver: Api, admin: Api, name: string): Promise<void> {
  const room = await admin.createRoom({ name, floor: "3층", capacity: 4 });
  await admin.changeRoom(room, { requiresApproval: true, approverIds: [approver.user.id] });
}

test("a named approver sees a request at once, decides with one tap, and the requester sees it", async ({ visit, day, api }) => {
  const admin = await api("admin");
  const room = await admin.createRoom({ name: "승인방", floor: "3층", capacity: 4 });
  const junhoId = (await api("junho")).user.id;
  await admin.changeRoom(room, { requiresApproval: true, approverIds: [junhoId] });

  const [junho, minji] = [await visit("junho"), await visit("minji")];
  await junho.goto("/approvals");
  await (await api("minji")).book(day, "승인방", "10:00", "11:00", "승인할 회의");
  const item = (title: string) => junho.page.locator(".approvals li").filter({ hasText: title });
  await expect(item("승인할 회의")).toBeVisible();
  await expect(junho.page.locator(".side a[href='/approvals'] .nav-count")).toHaveText("1");
  await item("승인할 회의").getByRole("button", { name: junho.t("approve"), exact: true }).click();
  await expect(item("승인할 회의")).toHaveCount(0);

  const second = await (await api("minji")).book(day, "승인방", "13:00", "14:00", "거절할 회의");
  await item("거절할 회의").getByRole("button", { name: junho.t("reject"), exact: true }).click();
  const dialog = junho.page.locator("#confirm");
  await dialog.getByLabel(junho.t("reason_optional")).fill("행사가 있습니다");
  await dialog.getByRole("button", { name: junho.t("reject"), exact: true }).click();
  await expect(item("거절할 회의")).toHaveCount(0);
  await expect(junho.page.locator(".side a[href='/approvals'] .nav-count")).toHaveCount(0);

  await minji.goto(`/reservations/${second.id}`);
  await expect(minji.page.getByText("사유: 행사가 있습니다", { exact: true })).toBeVisible();
});

test("who decides about nothing has no such entry in the menu", async ({ visit }) => {
  const seoyeon = await visit("seoyeon");
  await seoyeon.goto("/");
  await expect(seoyeon.page.locator(".side").getByText(seoyeon.t("approvals"))).toHaveCount(0);
});

test("what others decide moves no row under the pointer, and the own decision acts at once", async ({ visit, day, api }) => {
  await roomDecidedBy(await api("junho"), await api("admin"), "줄방");
  const hers = await api("minji");
  const first = await hers.book(day, "줄방", "10:00", "11:00", "먼저 낸 회의");
  const second = await hers.book(day, "줄방", "13:00", "14:00", "나중 낸 회의");
  const junho = await visit("junho");
  const approvals = new ApprovalsPage(junho);
  await approvals.open();
  await approvals.action("나중 낸 회의", "approve").hover();
  await hers.cancel(first);
  await expect(approvals.chip).toHaveText(junho.t("show_changes"));
  await expect(approvals.item("먼저 낸 회의")).toBeVisible();
  await approvals.chip.click();
  await expect(approvals.item("먼저 낸 회의")).toHaveCount(0);
  await expect(approvals.chip).toHaveCount(0);

  await approvals.action("나중 낸 회의", "approve").hover();
  const third = await hers.book(day, "줄방", "15:00", "16:00", "끼어든 회의");
  await expect(approvals.chip).toHaveText(junho.t("show_changes"));
  await expect(approvals.item("끼어든 회의")).toHaveCount(0);
  await approvals.action("나중 낸 회의", "approve").click();
  await expect(approvals.item("나중 낸 회의")).toHaveCount(0);
  expect((await hers.reservation(second.id)).status).toBe("approved");
  await hers.cancel(third);
});

test("a reason goes with the request for which it was typed, and stays for another try", async ({ visit, day, api }) => {
  await roomDecidedBy(await api("junho"), await api("admin"), "사유방");
  const hers = await api("minji");
  const first = await hers.book(day, "사유방", "10:00", "11:00", "까닭 있는 회의");
  const second = await hers.book(day, "사유방", "13:00", "14:00", "까닭 없는 회의");
  const junho = await visit("junho");
  const approvals = new ApprovalsPage(junho);
  await approvals.open();
  for (const leave of [() => approvals.keep.click(), () => junho.page.keyboard.press("Escape")]) {
    await approvals.action("까닭 있는 회의", "reject").click();
    await expect(approvals.reason).toHaveValue("");
    await approvals.reason.fill("보내지 않을 까닭");
    await leave();
    await expect(approvals.question).toBeHidden();
  }
  await approvals.action("까닭 없는 회의", "reject").click();
  await expect(approvals.reason).toHaveValue("");
  await approvals.confirm.click();
  await expect(approvals.item("까닭 없는 회의")).toHaveCount(0);
  const rejected = await hers.reservation(second.id);
  expect(rejected.status).toBe("rejected");
  expect(rejected.reason ?? "").toBe("");

  junho.tolerate(/\/fn\/decide_reservation/);
  await junho.page.route(/\/fn\/decide_reservation/, (route) => route.abort(), { times: 1 });
  await approvals.action("까닭 있는 회의", "reject").click();
  await approvals.reason.fill("행사가 있습니다");
  await approvals.confirm.click();
  await expect(approvals.toast("서버에 연결하지 못했습니다.")).toBeVisible();
  await expect(approvals.reason).toHaveValue("행사가 있습니다");
  await approvals.confirm.click();
  await expect(approvals.item("까닭 있는 회의")).toHaveCount(0);
  expect(await hers.reservation(first.id)).toMatchObject({ status: "rejected", reason: "행사가 있습니다" });
});

test("an answer that comes late leaves the question about another request open", async ({ visit, day, api }) => {
  await roomDecidedBy(await api("junho"), await api("admin"), "늦게 답한 방");
  const hers = await api("minji");
  await hers.book(day, "늦게 답한 방", "10:00", "11:00", "승인할 모임");
  const other = await hers.book(day, "늦게 답한 방", "13:00", "14:00", "거절할 모임");
  const junho = await visit("junho");
  const approvals = new ApprovalsPage(junho);
  await approvals.open();
  const letGo = await junho.hold(/\/fn\/decide_reservation/);
  await approvals.action("승인할 모임", "approve").click();
  await expect(approvals.action("승인할 모임", "approve")).toHaveAttribute("aria-busy", "true");
  await approvals.action("거절할 모임", "reject").click();
  await approvals.reason.fill("행사가 있습니다");
  letGo();
  await expect(approvals.toast(junho.t("approved_toast"))).toBeVisible();
  await expect(approvals.reason).toHaveValue("행사가 있습니다");
  await approvals.confirm.click();
  await expect(approvals.question).toBeHidden();
  await expect(approvals.item("거절할 모임")).toHaveCount(0);
  expect(await hers.reservation(other.id)).toMatchObject({ status: "rejected", reason: "행사가 있습니다" });
});

test("who decides about a room is not told to ask for it", async ({ visit, day, api }) => {
  await roomDecidedBy(await api("junho"), await api("admin"), "직결방");
  const [junho, minji] = [await visit("junho"), await visit("minji")];
  const [his, hers] = [new TimelinePage(junho), new TimelinePage(minji)];
  for (const timeline of [his, hers]) {
    await timeline.open(day);
    await timeline.select("직결방", "10:00", "11:00");
  }
  const [hisForm, herForm] = [new BookingDialog(junho), new BookingDialog(minji)];
  await expect(herForm.submit).toHaveText(minji.t("request_room", "직결방"));
  await expect(herForm.dialog.getByText(minji.t("needs_approval_note"))).toBeVisible();
  await expect(hisForm.submit).toHaveText("직결방으로 예약");
  await expect(hisForm.dialog.getByText(junho.t("needs_approval_note"))).toHaveCount(0);
  await hisForm.book("바로 된 회의");
  await expect(his.toast(junho.t("booked"))).toBeVisible();
  expect(await (await api("junho")).reservations(day)).toMatchObject([{ title: "바로 된 회의", status: "approved" }]);
});
