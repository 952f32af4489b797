import { expect, PHONE, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { unique } from "../unique";

test("what is kept stands in the list of all of one's devices, follows the message, and leads to it", async ({
  visit,
  chats,
}) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("모아 둘 방"), kind: "private" }, [junho]);
  const other = await minji.make({ name: unique("다른 방"), kind: "private" }, [junho]);
  const [plan, minutes] = [unique("계획"), unique("회의록")];
  const sent = await minji.say(room, `**${plan}** 보세요`);
  await minji.say(room, minutes);
  const [desk, second] = [await visit("junho"), await visit("junho")];
  const [his, elsewhere] = [new ChatPage(desk), new ChatPage(second)];
  await his.open(room.slug);
  await elsewhere.open(other.slug);
  await elsewhere.inRoom("chat_kept");

  await his.tool(plan, "chat_keep");
  await expect(elsewhere.hit(`${plan} 보세요`)).toBeVisible();
  await expect(elsewhere.beside).not.toContainText("**");
  await expect(his.message(plan).getByRole("button", { name: desk.t("chat_keep_no_more") })).toBeVisible();
  // By a key alone.
  await his.message(minutes).focus();
  await desk.page.keyboard.press("s");
  await expect(elsewhere.beside.locator(".chat-hits li").first()).toContainText(minutes);

  const changed = unique("새 계획");
  await minji.edit(sent, changed);
  await expect(elsewhere.hit(changed)).toBeVisible();
  await expect(elsewhere.hit(plan)).toHaveCount(0);

  // The list stays beside the room that it leads into.
  await elsewhere.hit(changed).getByRole("link").click();
  await expect(elsewhere.message(changed)).toBeFocused();
  await expect(elsewhere.hit(minutes)).toBeVisible();
  await elsewhere.hit(minutes).getByRole("button", { name: second.t("chat_keep_no_more") }).click();
  await expect(elsewhere.hit(minutes)).toHaveCount(0);
  await expect(elsewhere.beside.locator(".chat-hits")).toBeFocused();
  await his.message(minutes).hover();
  await expect(his.message(minutes).getByRole("button", { name: desk.t("chat_keep"), exact: true })).toBeVisible();
  await elsewhere.hit(changed).getByRole("button", { name: second.t("chat_keep_no_more") }).click();
  await expect(elsewhere.beside).toContainText(second.t("chat_kept_none"));
});

test("a list that cannot be fetched says so, and is fetched again", async ({ visit }) => {
  const doyun = await visit("doyun");
  const hers = new ChatPage(doyun);
  doyun.tolerateBrokenNetwork();
  await doyun.page.route("**/fn/kept_chat_messages", (route) => route.abort("connectionfailed"));
  await hers.open("전사-공지");
  await hers.inRoom("chat_kept");
  const again = hers.beside.getByRole("button", { name: doyun.t("retry") });
  await expect(again).toBeVisible();
  await doyun.page.unroute("**/fn/kept_chat_messages");
  await again.click();
  await expect(hers.beside).toContainText(doyun.t("chat_kept_none"));
});

test("on a phone the list gives way to the message that was chosen", async ({ visit, chats }) => {
  const seoyeon = await chats("seoyeon");
  const room = await seoyeon.make({ name: unique("전화로 보는 방"), kind: "private" });
  const text = unique("나중에 볼 말");
  await seoyeon.say(room, text);
  const visitor = await visit("seoyeon", { device: PHONE });
  const page = new ChatPage(visitor);
  await page.open(room.slug);
  await page.message(text).tap();
  await page.message(text).getByRole("button", { name: visitor.t("chat_keep"), exact: true }).tap();
  await page.inRoom("chat_kept");
  await page.hit(text).getByRole("button").first().tap();
  await expect(page.beside).toBeHidden();
  await expect(page.message(text)).toBeFocused();
  // A thread that opens or closes does not bring up the keyboard.
  await page.message(text).getByRole("button", { name: visitor.t("chat_thread"), exact: true }).tap();
  const field = visitor.page.locator("#thread-composer");
  await expect(field).toBeVisible();
  await expect(field).not.toBeFocused();
  await page.beside.getByRole("button", { name: visitor.t("close") }).tap();
  await expect(page.beside).toBeHidden();
  await expect(page.composer).not.toBeFocused();
});
