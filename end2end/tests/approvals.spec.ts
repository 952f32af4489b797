import { expect, test } from "../fixtures";

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
