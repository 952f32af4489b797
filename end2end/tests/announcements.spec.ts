import { expect, test } from "../fixtures";
import { AnnouncementsAdminPage } from "../pages/announcements-admin";
import { unique } from "../unique";

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

test("what another admin saves does not overwrite what is being typed", async ({ visit, api }) => {
  const admin = await api("admin");
  const message = unique("점심이 늦습니다");
  const id = await admin.announce({ title: "점심", message });
  const visitor = await visit("admin");
  const announcements = new AnnouncementsAdminPage(visitor);
  await announcements.open();
  await announcements.choose("점심");
  await announcements.title.fill("늦은 점심");
  // What is not touched here follows; what is typed stays, and is no reason to refuse it.
  const changed = unique("점심이 아주 늦습니다");
  await admin.changeAnnouncement(id, { message: changed });
  await expect(announcements.message).toHaveValue(changed);
  await expect(announcements.title).toHaveValue("늦은 점심");
  await expect(announcements.drawer).not.toContainText(visitor.t("changed_elsewhere"));

  // Where both have typed, both are named.
  await admin.changeAnnouncement(id, { title: "저녁" });
  await expect(announcements.drawer).toContainText(visitor.t("changed_elsewhere"));
  await expect(announcements.drawer).toContainText(visitor.t("clash_values", visitor.t("announcement_title"), "늦은 점심", "저녁"));
  await expect(announcements.title).toHaveValue("늦은 점심");
  await announcements.drawer.getByRole("button", { name: visitor.t("take_theirs") }).click();
  await expect(announcements.title).toHaveValue("저녁");
  await expect(announcements.drawer).not.toContainText(visitor.t("changed_elsewhere"));
  await announcements.title.fill("야식");
  await announcements.save.click();
  await expect(announcements.drawer).toHaveCount(0);
  expect(await admin.announcements()).toContainEqual(expect.objectContaining({ id, title: "야식", message: changed }));

  await announcements.choose("야식");
  await announcements.message.fill("또 쓰는 글");
  await admin.callOff(id);
  await expect(announcements.drawer.getByRole("alert")).toContainText("이미 끝났거나 취소된 공지입니다.");
  await expect(announcements.message).toHaveValue("또 쓰는 글");
  await expect(announcements.save).toBeDisabled();
});

test("what is typed while an announcement is being saved stays, and is saved the next time", async ({ visit, api }) => {
  const admin = await api("admin");
  const [first, second, third] = [unique("첫째 글"), unique("둘째 글"), unique("셋째 글")];
  const visitor = await visit("admin");
  const announcements = new AnnouncementsAdminPage(visitor);
  await announcements.open();
  const said = async () => (await admin.announcements()).filter(({ message }) => [first, second, third].includes(message));

  // A new one: what is typed on is a change of it, and no second one.
  await announcements.add.click();
  await announcements.message.fill(first);
  let letGo = await visitor.hold(/\/fn\/announce$/);
  await announcements.send.click();
  await announcements.message.fill(second);
  letGo();
  await expect(announcements.toast(visitor.t("announced_toast"))).toBeVisible();
  await expect(announcements.row(first)).toBeVisible();
  await expect(announcements.message).toHaveValue(second);
  await expect(announcements.unsaved).toBeVisible();
  // To whom it went is settled.
  await expect(announcements.severity).toBeDisabled();
  expect(await said()).toEqual([expect.objectContaining({ message: first })]);

  letGo = await visitor.hold(/\/fn\/edit_announcement/);
  await announcements.save.click();
  await announcements.title.fill("제목");
  await announcements.message.fill(third);
  letGo();
  await expect(announcements.row(second)).toBeVisible();
  await expect(announcements.message).toHaveValue(third);
  await expect(announcements.title).toHaveValue("제목");
  await announcements.save.click();
  await expect(announcements.drawer).toHaveCount(0);
  const now = await said();
  expect(now).toEqual([expect.objectContaining({ title: "제목", message: third })]);
  await admin.callOff(now[0]!.id);
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
