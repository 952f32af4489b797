import type { Page } from "@playwright/test";
import { expect, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { unique } from "../unique";
import { uploadsOf } from "../uploads";

/** For how long the outbox waits for an answer. */
const ANSWER_WITHIN_MS = 20_000;

/** How many messages and files the browser keeps. */
function kept(page: Page): Promise<number[]> {
  return page.evaluate(
    () =>
      new Promise<number[]>((resolve, reject) => {
        const opening = indexedDB.open("madang");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const stores = ["outbox", "files"];
          const reading = database.transaction(stores);
          const counts = stores.map((store) => reading.objectStore(store).count());
          reading.oncomplete = () => {
            database.close();
            resolve(counts.map((count) => count.result));
          };
        };
      }),
  );
}

test("files that are sent without a network arrive after a reload, once and in order", async ({ visit, chats }) => {
  test.slow();
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("끊긴 파일"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  writer.tolerateBrokenNetwork();
  await writer.settled();
  const uploads = uploadsOf(writer.page);
  await writer.context.setOffline(true);
  const [first, caption, last] = ["하나", "파일에 쓴 말", "셋"].map(unique) as [string, string, string];
  const names = ["보고서", "붙임", "그림"].map((name) => `${unique(name)}.txt`);
  const files = names.map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from("글") }));
  await hers.send(first);
  await writer.page.locator("#composer-files").setInputFiles(files);
  await hers.send(caption);
  await hers.send(last);
  const inOrder = [first, ...names, last];
  await expect(hers.pending).toContainText(inOrder);
  await expect(hers.pending.nth(1)).toContainText(caption);
  await expect.poll(() => kept(writer.page)).toEqual([5, 3]);

  // The page comes, but nothing can be sent yet.
  const sending = /\/files\?name=|\/fn\/send_chat_message/;
  await writer.page.route(sending, (route) => route.abort("connectionreset"));
  await writer.context.setOffline(false);
  await writer.page.reload();
  await expect(hers.pending).toContainText(inOrder);
  await expect(hers.pending.nth(1)).toContainText(caption);
  await writer.page.unroute(sending);
  await expect(his.message(last)).toBeVisible({ timeout: 60_000 });
  expect(uploads.size, "each file has one key, also after the reload").toBe(3);
  await expect(his.message(caption).getByRole("link", { name: names[0]! })).toHaveCount(1);
  await expect(hers.pending).toHaveCount(0);
  await expect.poll(() => kept(writer.page)).toEqual([0, 0]);
  for (const chat of [his, hers]) {
    await expect(chat.log.locator(".msg[data-seq]:has(.msg-text)")).toContainText(inOrder);
  }
});

test("what could not be sent into a room that one is no longer in can be read, copied and given up", async ({
  visit,
  chats,
}) => {
  test.slow();
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("나온 방"), kind: "private" }, [junho]);
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  visitor.tolerateBrokenNetwork();
  visitor.tolerate(/\/fn\/send_chat_message: 40[34]/);
  await visitor.settled();
  await visitor.context.setOffline(true);
  const text = unique("못 보낸 말");
  await his.send(text);
  await expect.poll(() => kept(visitor.page)).toEqual([1, 0]);
  await minji.remove(room, junho);
  await visitor.context.setOffline(false);

  const group = visitor.page.locator(".chat-unsent");
  const words = group.getByRole("textbox", { name: visitor.t("chat_not_sent") });
  // It is there as often as the page is opened.
  for (const address of ["/chat", "/chat/제품-기획"]) {
    await visitor.goto(address);
    await expect(words).toHaveValue(text);
    await expect(group.getByRole("heading", { name: visitor.t("chat_not_sent") })).toBeVisible();
  }
  await group.getByRole("button", { name: visitor.t("chat_copy") }).press("Enter");
  await expect(his.toast(visitor.t("chat_copied"))).toBeVisible();
  await his.find.press("Control+v");
  await expect(his.find).toHaveValue(text);

  await group.getByRole("button", { name: visitor.t("delete") }).press("Enter");
  await expect(group).toHaveCount(0);
  await expect(visitor.page.locator("#chat-rooms")).toBeFocused();
  await expect.poll(() => kept(visitor.page)).toEqual([0, 0]);
});

test("what is written while the server is down arrives once and in order when it is back", async ({
  visit,
  server,
  chats,
}) => {
  test.slow();
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("끊기는 방"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  for (const visitor of [writer, reader]) visitor.tolerateBrokenNetwork();
  const lines = ["하나", "둘", "셋", "넷"].map(unique);
  await hers.send(lines[0]!);
  await expect(his.message(lines[0]!)).toBeVisible();
  for (const visitor of [writer, reader]) await visitor.settled();

  await server.kill();
  for (const line of lines.slice(1)) await hers.send(line);
  await expect(hers.pending).toHaveCount(3);
  await server.restart();
  for (const line of lines) await expect(his.message(line)).toHaveCount(1, { timeout: 40_000 });
  await expect(hers.pending).toHaveCount(0);
  for (const chat of [his, hers]) await expect.poll(() => chat.texts()).toEqual(lines);
  await reader.page.reload();
  await expect(his.message(lines[3]!)).toBeVisible();
  await expect.poll(() => his.texts()).toEqual(lines);
});

test("a message that gets no answer at all is sent again, and those behind it wait for it", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("말 없는 연결"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  await writer.page.clock.install();
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  let asked = 0;
  await writer.page.route("**/fn/send_chat_message", async (route) => {
    asked += 1;
    // A connection that has died without a word.
    if (asked > 1) await route.continue();
  });
  const [first, second] = [unique("하나"), unique("둘")];
  for (const text of [first, second]) await hers.send(text);
  await expect.poll(() => asked).toBe(1);
  await writer.page.clock.fastForward(ANSWER_WITHIN_MS);
  await expect(his.message(second)).toBeVisible({ timeout: 20_000 });
  for (const chat of [his, hers]) await expect.poll(() => chat.texts()).toEqual([first, second]);
  await expect(hers.pending).toHaveCount(0);
});

test("a message whose answer was lost is sent again and is one message", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("한 번만"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  writer.tolerateBrokenNetwork();
  const statuses: number[] = [];
  await writer.page.route("**/fn/send_chat_message", async (route) => {
    const answer = await route.fetch();
    statuses.push(answer.status());
    // The server has it; the page does not know.
    if (statuses.length === 1) await route.abort("connectionreset");
    else await route.fulfill({ response: answer });
  });
  const [first, second] = [unique("하나"), unique("둘")];
  for (const text of [first, second]) await hers.send(text);
  await expect(his.message(second)).toBeVisible();
  await expect.poll(() => statuses).toEqual([200, 200, 200]);
  await expect(hers.pending).toHaveCount(0);
  for (const chat of [his, hers]) await expect.poll(() => chat.texts()).toEqual([first, second]);
});

test("a message that has arrived though every answer to it is lost is shown once, as sent, and is forgotten", async ({
  visit,
  chats,
}) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("답이 없는 방"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  writer.tolerateBrokenNetwork();
  const sent: string[] = [];
  let isLost = true;
  await writer.page.route("**/fn/send_chat_message", async (route) => {
    const answer = await route.fetch();
    sent.push(`${answer.status()} ${(await answer.json()).id}`);
    if (isLost) await route.abort("connectionreset");
    else await route.fulfill({ response: answer });
  });
  const text = unique("도착한 말");
  await hers.send(text);
  // The room's own event says it; the page asks again, and nobody sees anything of that.
  await expect.poll(() => sent.length, { timeout: 20_000 }).toBe(3);
  expect(new Set(sent).size, "the server has it once, and says so").toBe(1);
  expect(sent[0]).toMatch(/^200 \d+$/);
  for (const chat of [hers, his]) await expect.poll(() => chat.texts()).toEqual([text]);
  await expect(hers.log.locator(".msg.pending")).toHaveCount(0);
  expect(await kept(writer.page), "nobody has told the page yet").toEqual([1, 0]);

  // Nor over a reload, after which it is asked once more.
  await writer.page.reload();
  await expect(hers.message(text)).toBeVisible();
  await expect.poll(() => sent.length).toBeGreaterThan(3);
  await expect(hers.log.locator(".msg.pending")).toHaveCount(0);
  isLost = false;
  await expect.poll(() => kept(writer.page), { timeout: 20_000 }).toEqual([0, 0]);
  expect(new Set(sent).size).toBe(1);
  for (const chat of [hers, his]) expect(await chat.texts()).toEqual([text]);
  expect(await junho.texts(room)).toEqual([text]);
  await expect(hers.log.locator(".msg.pending")).toHaveCount(0);
});
