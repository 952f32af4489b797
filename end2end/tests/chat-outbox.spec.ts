import { expect, test } from "../chats";
import { ChatPage } from "../pages/chat";

let made = 0;
const unique = (text: string) => `${text} ${process.pid}-${(made += 1)}`;

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
  for (const chat of [his, hers]) expect(await chat.texts()).toEqual(lines);
  await reader.page.reload();
  await expect(his.message(lines[3]!)).toBeVisible();
  expect(await his.texts()).toEqual(lines);
});

test("a message that gets no answer at all is sent again, and those behind it wait for it", async ({ visit, chats }) => {
  test.slow();
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("말 없는 연결"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
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
  await expect(his.message(second)).toBeVisible({ timeout: 40_000 });
  for (const chat of [his, hers]) expect(await chat.texts()).toEqual([first, second]);
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
  for (const chat of [his, hers]) expect(await chat.texts()).toEqual([first, second]);
});
