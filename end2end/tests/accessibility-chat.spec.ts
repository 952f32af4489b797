import { assertAccessible } from "../accessibility";
import { expect, PHONE, test } from "../chats";
import { ChatAdminPage } from "../pages/chat-admin";
import { ChatPage } from "../pages/chat";
import { unique } from "../unique";

test("accessibility: chat with its menus, on a desk and on a phone", async ({ visit }) => {
  test.slow();
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  await assertAccessible(minji.page);
  await hers.composer.pressSequentially("@");
  await assertAccessible(minji.page);
  await hers.composer.fill("");
  const seen = hers.message("온보딩 시안 2차").first();
  await seen.hover();
  await assertAccessible(minji.page);
  await hers.tool("온보딩 시안 2차", "chat_thread");
  await expect(hers.beside.locator(".msg").first()).toBeVisible();
  await assertAccessible(minji.page);
  const phone = await visit("junho", { device: PHONE });
  await phone.goto("/chat");
  await assertAccessible(phone.page);
  await new ChatPage(phone).open("제품-기획");
  await assertAccessible(phone.page);
});

test("accessibility: what stands beside a room and opens over it", async ({ visit, chats }) => {
  test.slow();
  const minji = await chats("minji");
  const room = await minji.make({ name: unique("살펴볼 방"), kind: "private" });
  const said = unique("찾을 말");
  await minji.say(room, `**${said}** 입니다`);
  const visitor = await visit("minji");
  const hers = new ChatPage(visitor);
  await hers.open(room.slug);
  await hers.search("찾을");
  await expect(hers.hit(said)).toBeVisible();
  await assertAccessible(visitor.page);
  await hers.tool(said, "chat_keep");
  await hers.inRoom("chat_kept");
  await expect(hers.hit(said)).toBeVisible();
  await assertAccessible(visitor.page);
  await hers.inRoom("chat_members");
  await expect(hers.beside.locator(".chat-members")).toBeVisible();
  await assertAccessible(visitor.page);
  await hers.inRoom("chat_rename");
  await expect(visitor.page.locator("#chat-rename-name")).toBeVisible();
  await assertAccessible(visitor.page);
  await visitor.page.keyboard.press("Escape");
  // One that is there, one that was cut, and one that was refused.
  visitor.tolerateBrokenNetwork();
  await visitor.page.route(/files\?name=cut/, (route) => route.abort("connectionreset"));
  const file = (name: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from("글") });
  visitor.tolerate(/files\?name=empty/);
  const empty = { ...file("empty.txt"), buffer: Buffer.alloc(0) };
  await visitor.page.locator("#composer-files").setInputFiles([file("보고서.txt"), file("cut.txt"), empty]);
  await expect(visitor.page.locator(".upload-done")).toBeVisible();
  await expect(visitor.page.locator(".upload-failed")).toBeVisible();
  await expect(visitor.page.locator(".upload-cut")).toBeVisible();
  await assertAccessible(visitor.page);
  const phone = await visit("minji", { device: PHONE });
  const small = new ChatPage(phone);
  await small.open(room.slug);
  await phone.page.locator(".composer").getByRole("button", { name: phone.t("chat_more") }).tap();
  await assertAccessible(phone.page);
  await phone.page.keyboard.press("Escape");
  await small.search("찾을");
  await expect(small.hit(said)).toBeVisible();
  await assertAccessible(phone.page);
});

test("accessibility: the admins' page of chat with its drawer", async ({ visit }) => {
  const admin = await visit("admin");
  await new ChatAdminPage(admin).review("제품-기획");
  await assertAccessible(admin.page);
  for (const tab of ["people", "notes"]) {
    await admin.goto(`/admin/chat?tab=${tab}`);
    await assertAccessible(admin.page);
  }
});
