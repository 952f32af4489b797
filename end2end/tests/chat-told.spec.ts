import { expect, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { unique } from "../unique";

test("what happens to a room is read in everybody's own language, and is unread by nobody", async ({ visit, chats }) => {
  const [minji, junho, seoyeon] = [await chats("minji"), await chats("junho"), await chats("seoyeon")];
  const [name, renamed] = [unique("채용"), `${unique("채용")} 위원회`];
  const room = await minji.make({ name, kind: "private" }, [junho]);
  await minji.say(room, "시작합니다");
  const [korean, english] = [await visit("minji"), await visit("junho", { lang: "en" })];
  const hers = new ChatPage(korean);
  await hers.open(room.slug);
  const elsewhere = new ChatPage(english);
  await elsewhere.open(room.slug);
  // What is looked at for a moment only has not been read.
  await expect(elsewhere.room(name)).toBeVisible();
  await expect(elsewhere.room(name).locator(".count")).toHaveCount(0);
  await elsewhere.open("전사-공지");
  const stays = await english.staysOnPage();

  await minji.change(room, { name: renamed, topic: "면접 일정" });
  await minji.add(room, seoyeon);
  await minji.remove(room, seoyeon);
  const told = hers.log.locator(".msg-system");
  await expect(told).toContainText([
    // Particles that fit are no part of a text.
    `김민지 님이 방 이름을 ‘${renamed}’로 바꿨습니다.`,
    "김민지 님이 주제를 ‘면접 일정’으로 바꿨습니다.",
    korean.t("chat_change_added", "김민지", "이서연"),
    korean.t("chat_change_removed", "김민지", "이서연"),
  ]);
  await expect(told).toHaveCount(4);
  // Whoever is elsewhere has nothing to read, and reads it when they come.
  await expect(elsewhere.room(renamed)).toBeVisible();
  await expect(elsewhere.room(renamed).locator(".count")).toHaveCount(0);
  await elsewhere.room(renamed).click();
  await expect(elsewhere.log.locator(".msg-system").last()).toContainText(
    english.t("chat_change_removed", "김민지", "이서연"),
  );
  await expect(elsewhere.log.locator(".is-new")).toHaveCount(0);
  // It is nobody's: there is nothing to do with it.
  await told.first().hover();
  await expect(hers.log.locator(".msg-tools")).toHaveCount(0);
  await stays();
});

test("of several who write one is named, and how many more there are", async ({ visit, chats }) => {
  const minji = await chats("minji");
  const others = ["junho", "seoyeon", "doyun"] as const;
  const members = await Promise.all(others.map(chats));
  const room = await minji.make({ name: unique("함께 쓰는 방"), kind: "private" }, members);
  const reader = await visit("minji");
  const page = new ChatPage(reader);
  await page.open(room.slug);
  const writers: ChatPage[] = [];
  for (const person of others) {
    const writer = new ChatPage(await visit(person));
    await writer.open(room.slug);
    writers.push(writer);
  }
  // Whoever writes is named for five seconds: they go on until all are seen.
  const named = members.map(({ user }) => reader.t("chat_typing_more", user.name, 2)).join("|");
  await expect(async () => {
    for (const writer of writers) await writer.composer.pressSequentially("글");
    await expect(page.typing).toHaveText(new RegExp(`^(${named})$`), { timeout: 1_000 });
  }).toPass();
});
