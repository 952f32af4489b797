import { expect, test } from "../fixtures";
import { AnnouncementsAdminPage } from "../pages/announcements-admin";

test("an emergency interrupts every open page, stays until it is answered, and its board is live", async ({ visit }) => {
  const [admin, minji, junho] = [await visit("admin"), await visit("minji"), await visit("junho")];
  const announcements = new AnnouncementsAdminPage(admin);
  await announcements.open();
  await minji.goto("/my-reservations");
  await junho.goto("/");

  await announcements.add.click();
  await announcements.message.fill("<b>7층</b> 화재 경보");
  await announcements.severity.selectOption("critical");
  await announcements.options.fill("안전합니다\n도움 필요");
  await expect(announcements.preview).toContainText("<b>7층</b> 화재 경보");
  await announcements.send.click();

  const alert = minji.page.getByRole("alert").filter({ hasText: "화재 경보" });
  await expect(alert).toContainText("<b>7층</b> 화재 경보");
  await expect(alert.getByRole("button", { name: minji.t("put_away") })).toHaveCount(0);
  await expect(junho.page.getByRole("alert").filter({ hasText: "화재 경보" })).toBeVisible();

  await announcements.choose("화재 경보");
  await alert.getByRole("button", { name: "안전합니다" }).click();
  await expect(alert).toHaveCount(0);
  await expect(announcements.board.getByRole("listitem").filter({ hasText: "김민지" })).toBeVisible();
  await expect(announcements.row("화재 경보")).toContainText("1명 응답");
  await minji.page.reload();
  await expect(alert).toHaveCount(0);

  await announcements.callOff();
  await expect(junho.page.getByRole("alert").filter({ hasText: "화재 경보" })).toHaveCount(0);
});

test("what is typed into the drawer is not lost by a press on another row", async ({ visit, api }) => {
  const admin = await visit("admin");
  const id = await (await api("admin")).announce({ message: "다른 공지" });
  const announcements = new AnnouncementsAdminPage(admin);
  await announcements.open();
  await announcements.add.click();
  await announcements.message.fill("쓰다 만 글");
  await announcements.choose("다른 공지");
  const question = admin.page.locator("#discard");
  await question.getByRole("button", { name: admin.t("keep_editing") }).click();
  await expect(announcements.message).toHaveValue("쓰다 만 글");
  await announcements.choose("다른 공지");
  await question.getByRole("button", { name: admin.t("discard"), exact: true }).click();
  await expect(announcements.message).toHaveValue("다른 공지");
  // Nor by closing the tab: the browser asks first.
  await announcements.message.fill("또 쓰다 만 글");
  const [asked] = await Promise.all([admin.page.waitForEvent("dialog"), admin.page.close({ runBeforeUnload: true })]);
  expect(asked.type()).toBe("beforeunload");
  await asked.dismiss();
  await expect(announcements.message).toHaveValue("또 쓰다 만 글");
  // The row that is open leads nowhere else, and asks nothing.
  await announcements.choose("다른 공지");
  await expect(question).toBeHidden();
  await expect(announcements.message).toHaveValue("또 쓰다 만 글");
  await announcements.add.click();
  await question.getByRole("button", { name: admin.t("discard"), exact: true }).click();
  await expect(announcements.message).toHaveValue("");
  // What is as it was can be left without a question.
  await announcements.choose("다른 공지");
  await expect(announcements.message).toHaveValue("다른 공지");
  await expect(question).toBeHidden();
  await (await api("admin")).callOff(id);
});

test("what a person puts away is gone in all tabs, and stays for others", async ({ visit, api }) => {
  const id = await (await api("admin")).announce({ message: "점심이 왔습니다" });
  const [one, other] = [await visit("minji"), await visit("minji")];
  await one.goto("/timeline");
  await other.goto("/");
  const notice = (visitor: typeof one) => visitor.page.locator(".notice").filter({ hasText: "점심이 왔습니다" });
  await expect(notice(other)).toBeVisible();
  await notice(one).getByRole("button", { name: one.t("put_away") }).click();
  await expect(notice(one)).toHaveCount(0);
  await expect(notice(other)).toHaveCount(0);
  const junho = await visit("junho");
  await junho.goto("/timeline");
  await expect(notice(junho)).toBeVisible();
  await (await api("admin")).callOff(id);
  await expect(notice(junho)).toHaveCount(0);
});

test("maintenance counts down", async ({ visit, api }) => {
  const end = new Date(Date.now() + 10 * 60_000).toISOString();
  const id = await (await api("admin")).announce({ message: "서버 점검", kind: "maintenance", expiresAt: end });
  const minji = await visit("minji");
  await minji.goto("/timeline");
  const left = minji.page.locator(".notice").filter({ hasText: "서버 점검" }).getByRole("timer");
  await expect(left).toHaveText(/^(10:00|9:\d\d) 남음$/);
  const before = await left.textContent();
  await expect(left).not.toHaveText(before ?? "");
  await (await api("admin")).callOff(id);
});
