import type { Locator } from "@playwright/test";
import { expect, test } from "../chats";
import { Bell } from "../pages/bell";
import { ChatPage } from "../pages/chat";
import { unique } from "../unique";

test("a quote says what is read of a message, and what is read of it once it has changed", async ({ visit, chats }) => {
  const minji = await chats("minji");
  const room = await minji.make({ name: unique("인용하는 방"), kind: "private" }, [await chats("junho")]);
  const plan = unique("시안");
  const sent = await minji.say(room, `**${plan}** [여기](https://example.com)\n\n\`\`\`rust\nlet a = 1;\n\`\`\``);
  const junho = await visit("junho");
  const his = new ChatPage(junho);
  await his.open(room.slug);
  await his.tool(plan, "chat_reply");
  await expect(junho.page.locator(".composer-subject p")).toHaveText(/님에게 답장 시안 [\d-]+ 여기 let a = 1;$/);
  const answer = unique("봤어요");
  await his.send(answer);
  const quote = his.message(answer).locator(".msg-quote");
  await expect(quote).toHaveText(`김민지 ${plan} 여기 let a = 1;`);
  await minji.edit(sent, `~~${plan}~~ *다음* \`판\``);
  await expect(quote).toHaveText(`김민지 ${plan} 다음 판`);
});

/** Whether the last sign of a text stands left of its first one. */
function goesLeft(text: Locator): Promise<boolean> {
  return text.evaluate((element) => {
    const node = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode() as Text;
    const left = (at: number) => {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect().left;
    };
    return left(node.data.length - 1) < left(0);
  });
}

test("words that are read from the right stand so, with their signs at the right end", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = `${unique("غرفة")}!`;
  const room = await minji.make({ name, kind: "private" }, [junho]);
  const [hello, plain] = [`${unique("مرحبا")}!`, unique("Hello!")];
  await minji.say(room, hello);
  await minji.say(room, plain);
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  expect(await goesLeft(his.message(hello).locator(".msg-text"))).toBe(true);
  expect(await goesLeft(his.message(plain).locator(".msg-text"))).toBe(false);
  expect(await goesLeft(his.room(name).locator(".room-name"))).toBe(true);
  expect(await goesLeft(visitor.page.locator("#chat-title bdi"))).toBe(true);
  await expect(his.composer).toHaveCSS("unicode-bidi", "plaintext");

  await his.tool(hello, "chat_reply");
  const answer = unique("네");
  await his.send(answer);
  expect(await goesLeft(his.message(answer).locator(".msg-quote > span"))).toBe(true);
});

test("a notice says what its message says now, under the pointer too, and nothing of one that is deleted", async ({
  visit,
  api,
  chats,
}) => {
  const [minji, me] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("알리는 방"), kind: "private" }, [me]);
  await (await api("junho")).deleteNotifications();
  const junho = await visit("junho");
  await junho.goto("/timeline");
  const second = await visit("junho");
  const bell = new Bell(junho);
  const sent = await minji.say(room, `@${me.user.name} **다섯 시**에 \`봐요\``);
  await expect(bell.badge).toHaveText("1");
  await bell.open();
  const row = bell.entries.first();
  await expect(row).toContainText(`@${me.user.name} 다섯 시에 봐요`);
  await second.goto("/notifications");
  const listed = second.page.locator(".notes > li").first();
  await expect(listed).toContainText("다섯 시에 봐요");

  await row.hover();
  await listed.hover();
  await minji.edit(sent, `@${me.user.name} 여섯 시에 봐요`);
  for (const told of [row, listed]) await expect(told).toContainText("여섯 시에 봐요");
  await expect(bell.badge).toHaveText("1");

  await minji.delete(sent);
  for (const told of [row, listed]) {
    await expect(told).toContainText(junho.t("chat_deleted"));
    await expect(told).not.toContainText("봐요");
  }
  await expect(bell.badge).toBeHidden();
  await expect(bell.chip).toHaveText(junho.t("show_changes"));
  await bell.chip.click();
  await expect(bell.panel).toContainText("새로운 알림이 없습니다");
});
