import { expect, PHONE, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { unique } from "../unique";

test("what came meanwhile stands below a line, and is read on all devices at once", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("읽을 방");
  const room = await minji.make({ name, kind: "private" }, [junho]);
  const [first, second] = [await visit("junho"), await visit("junho")];
  const [his, elsewhere] = [new ChatPage(first), new ChatPage(second)];
  for (const chat of [his, elsewhere]) await chat.open("전사-공지");
  const [one, two] = [unique("하나"), unique("둘")];
  for (const text of [one, two]) await minji.say(room, text);
  for (const [chat, visitor] of [[his, first], [elsewhere, second]] as const) {
    await expect(chat.room(name)).toContainText(visitor.t("chat_unread", 2));
  }
  await his.room(name).click();
  // The room that he comes from may have two new messages of its own.
  await expect(his.message(one)).toBeVisible();
  const line = his.log.locator(".chat-day.is-new");
  await expect(line).toHaveText(first.t("chat_new_from_here", 2));
  expect(await line.evaluate((line) => line.nextElementSibling!.textContent)).toContain(one);
  for (const chat of [his, elsewhere]) await expect(chat.room(name).locator(".count")).toHaveCount(0);
});

test("what comes while nobody is at the page is unread until somebody is back", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("자리를 비운 방"), kind: "private" }, [junho]);
  await minji.say(room, "있나요");
  const visitor = await visit("junho");
  await visitor.page.clock.install();
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  await expect.poll(() => junho.unread(room)).toBe(0);

  // Five minutes without a hand on the mouse or the keys.
  await visitor.page.clock.fastForward(6 * 60_000);
  await expect.poll(() => visitor.frames.sent("activity")).toBeGreaterThan(0);
  const text = unique("자리에 없을 때 온 말");
  await minji.say(room, text);
  await expect(his.message(text)).toBeInViewport();
  await expect(his.log.locator(".chat-day.is-new")).toHaveText(visitor.t("chat_new_from_here", 1));
  // Longer than somebody who is there has to look at it.
  const read: string[] = [];
  visitor.page.on("request", (request) => read.push(...request.url().match(/mark_chat_read/) ?? []));
  await visitor.page.clock.fastForward(2_000);
  expect(await junho.unread(room)).toBe(1);
  expect(read).toEqual([]);

  await visitor.page.mouse.move(200, 200);
  await expect.poll(() => junho.unread(room)).toBe(0);
});

test("on a phone what comes behind a pane is unread, and calls, until the room is before somebody again", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("손안의 방"), kind: "private" }, [junho]);
  const root = await minji.say(room, "뿌리가 되는 말");
  const visitor = await visit("junho", { device: PHONE });
  const { page } = visitor;
  await page.clock.install();
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  await expect.poll(() => junho.unread(room)).toBe(0);
  const watched = visitor.frames.sent("watch");
  await page.locator(".chat-main .chat-head").getByRole("button", { name: visitor.t("chat_search") }).tap();
  await expect(his.searchField).toBeVisible();
  await expect.poll(() => visitor.frames.sent("watch")).toBeGreaterThan(watched);
  const called = visitor.frames.heard("notification:created");
  const text = unique("@박준호 가려진 말");
  await minji.say(room, text);
  await expect(his.message(text)).toBeAttached();
  // Longer than a message has to be looked at.
  await page.clock.fastForward(2_000);
  await expect.poll(() => visitor.frames.heard("notification:created")).toBeGreaterThan(called);
  expect(await junho.unread(room)).toBe(1);
  await his.beside.getByRole("button", { name: visitor.t("close") }).tap();
  await expect.poll(() => junho.unread(room)).toBe(0);

  // Whoever looks at a thread reads its replies, and not what is said behind it, also when they answer.
  await his.message("뿌리가 되는 말").tap();
  await his.message("뿌리가 되는 말").getByRole("button", { name: visitor.t("chat_thread"), exact: true }).tap();
  await expect(page.locator("#thread-composer")).toBeVisible();
  await minji.say(room, "스레드의 답글", root.id);
  await expect(his.beside.locator(".msg[data-seq]").filter({ hasText: "스레드의 답글" })).toBeInViewport();
  await expect.poll(() => junho.unread(room)).toBe(0);
  await minji.say(room, unique("스레드 뒤의 말"));
  await expect.poll(() => junho.unread(room)).toBe(1);
  await page.locator("#thread-composer").fill("나의 답글");
  await his.beside.locator(".composer-send").tap();
  await expect(his.beside.locator(".msg[data-seq]").filter({ hasText: "나의 답글" })).toBeVisible();
  await page.clock.fastForward(2_000);
  expect(await junho.unread(room)).toBeGreaterThan(0);
  await his.beside.getByRole("button", { name: visitor.t("close") }).tap();
  await expect.poll(() => junho.unread(room)).toBe(0);
});

test("a reply in a thread is read by whoever looks at its room", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("스레드가 있는 방"), kind: "private" }, [junho]);
  const root = await minji.say(room, "스레드를 엽니다");
  const his = new ChatPage(await visit("junho"));
  await his.open(room.slug);
  await expect.poll(() => junho.unread(room)).toBe(0);
  await minji.say(room, "보고 있는 동안의 답글", root.id);
  await expect.poll(() => junho.unread(room)).toBe(0);
});

test("a room opens at what is new in it, also when that begins with a reply in a thread", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("이어 읽을 방"), kind: "private" }, [junho]);
  const root = await minji.say(room, "스레드를 엽니다");
  await junho.say(room, "여기까지 읽었어요");
  await minji.say(room, "스레드의 답글", root.id);
  for (let n = 1; n <= 20; n += 1) await minji.say(room, `새로 한 말 ${n}번\n\n길게\n\n길게`);
  const his = new ChatPage(await visit("junho"));
  await his.open(room.slug);
  await expect(his.message("새로 한 말 1번")).toBeInViewport();
  await expect(his.message("새로 한 말 20번")).not.toBeInViewport();
});

test("what comes while somebody reads further up moves nothing, and is counted below", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("흐르는 방"), kind: "private" }, [junho]);
  for (let n = 1; n <= 20; n += 1) await minji.say(room, `앞서 한 말 ${n}\n\n길게\n\n길게`);
  const visitor = await visit("minji");
  const hers = new ChatPage(visitor);
  await hers.open(room.slug);
  await expect(hers.message("앞서 한 말 20")).toBeInViewport();
  await hers.log.hover();
  await visitor.page.mouse.wheel(0, -800);
  await expect(hers.message("앞서 한 말 20")).not.toBeInViewport();
  const seen = hers.message("앞서 한 말 15");
  await expect(seen).toBeVisible();
  const place = () => seen.evaluate((message) => message.getBoundingClientRect().top);
  // Until the wheel has come to rest.
  let before = NaN;
  await expect.poll(async () => before === (before = await place())).toBe(true);
  for (const text of ["새로 온 말", "또 새로 온 말"]) await junho.say(room, text);
  const below = visitor.page.getByRole("button", { name: visitor.t("chat_new_below", 2) });
  await expect(below).toBeVisible();
  // The browser holds the place when it draws, and not before.
  await expect.poll(async () => Math.abs((await place()) - before)).toBeLessThanOrEqual(2);
  await below.click();
  await expect(hers.message("또 새로 온 말")).toBeInViewport();
  await expect(below).toBeHidden();
  await expect(hers.composer).toBeFocused();
});

test("a room is kept as unread from a message on, on all devices, until it is opened again", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("다시 읽을 방");
  const room = await minji.make({ name, kind: "private" }, [junho]);
  const texts = [unique("하나"), unique("둘"), unique("셋")];
  for (const text of texts) await minji.say(room, text);
  const [first, second] = [await visit("junho"), await visit("junho")];
  const [his, elsewhere] = [new ChatPage(first), new ChatPage(second)];
  await elsewhere.open("전사-공지");
  await his.open(room.slug);
  await expect(elsewhere.room(name).locator(".count")).toHaveCount(0);
  await his.more(texts[1]!, "chat_mark_unread");
  await expect(his.log.locator(".chat-day.is-new")).toHaveText(first.t("chat_new_from_here", 2));
  await expect(elsewhere.room(name)).toContainText(second.t("chat_unread", 2));
  // Others still see it as read.
  const writer = await visit("minji");
  const hers = new ChatPage(writer);
  await hers.open(room.slug);
  await expect(hers.message(texts[2]!)).toBeVisible();
  await expect(hers.unreadBy(texts[2]!)).toHaveCount(0);
  await elsewhere.room(name).click();
  for (const chat of [his, elsewhere]) await expect(chat.room(name).locator(".count")).toHaveCount(0);
  // The page on which it was kept is read like any other again.
  await elsewhere.open("전사-공지");
  await minji.say(room, unique("넷"));
  await expect.poll(() => junho.unread(room)).toBe(0);
});

test("a room that is kept as unread on one device is not read by the other one that shows it", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("두 곳에 열린 방");
  const room = await minji.make({ name, kind: "private" }, [junho]);
  const texts = [unique("하나"), unique("둘"), unique("셋")];
  for (const text of texts.slice(0, 2)) await minji.say(room, text);
  const [first, second] = [await visit("junho"), await visit("junho")];
  const [his, elsewhere] = [new ChatPage(first), new ChatPage(second)];
  await second.page.clock.install();
  for (const chat of [elsewhere, his]) await chat.open(room.slug);
  await expect.poll(() => junho.unread(room)).toBe(0);
  await his.more(texts[1]!, "chat_mark_unread");
  await expect(elsewhere.log.locator(".chat-day.is-new")).toHaveText(second.t("chat_new_from_here", 1));
  await minji.say(room, texts[2]!);
  await expect(elsewhere.message(texts[2]!)).toBeInViewport();
  // Longer than a message has to be looked at.
  await second.page.clock.fastForward(2_000);
  for (const [chat, visitor] of [[his, first], [elsewhere, second]] as const) {
    await expect(chat.room(name)).toContainText(visitor.t("chat_unread", 2));
  }
  expect(await junho.unread(room)).toBe(2);
  await elsewhere.send(unique("다 읽었어요"));
  for (const chat of [his, elsewhere]) await expect(chat.room(name).locator(".count")).toHaveCount(0);
  // Both read what comes from now on.
  await minji.say(room, unique("그럼 이만"));
  await expect.poll(() => junho.unread(room)).toBe(0);
});

test("a room that could not be kept as unread is read as before", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("그대로 읽는 방"), kind: "private" }, [junho]);
  const text = unique("하나");
  await minji.say(room, text);
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  await expect.poll(() => junho.unread(room)).toBe(0);
  visitor.tolerate(/mark_chat_unread: 403/);
  const refusal = { status: 403, contentType: "application/json", body: JSON.stringify({ code: "FORBIDDEN" }) };
  await visitor.page.route("**/fn/mark_chat_unread", (route) => route.fulfill(refusal));
  await his.more(text, "chat_mark_unread");
  await expect(his.toast("이 일을 할 권한이 없습니다.")).toBeVisible();
  await minji.say(room, unique("둘"));
  await expect.poll(() => junho.unread(room)).toBe(0);
});

test("what the server refuses stays, and is sent again or put away by its writer", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("stubborn"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  writer.tolerate(/send_chat_message: 403/);
  const refusal = { status: 403, contentType: "application/json", body: JSON.stringify({ code: "FORBIDDEN" }) };
  await writer.page.route("**/fn/send_chat_message", (route) => route.fulfill(refusal));
  const [kept, dropped] = [unique("다시 보낼 말"), unique("지울 말")];
  for (const text of [kept, dropped]) await hers.send(text);
  const failed = hers.log.locator(".msg.is-failed");
  await expect(failed).toHaveCount(2);
  await expect(failed.first()).toContainText(writer.t("chat_not_sent"));
  await expect(failed.first()).toContainText("이 일을 할 권한이 없습니다.");
  // The message itself is announced when the room has it.
  await expect(failed.first()).toHaveAttribute("aria-live", "off");
  await expect(failed.first().getByRole("alert")).toBeVisible();
  await writer.page.unroute("**/fn/send_chat_message");
  await failed.filter({ hasText: dropped }).getByRole("button", { name: writer.t("delete") }).click();
  await expect(hers.composer).toBeFocused();
  await failed.filter({ hasText: kept }).getByRole("button", { name: writer.t("chat_send_again") }).click();
  await expect(hers.composer).toBeFocused();
  await expect(his.message(kept)).toBeVisible();
  await expect(failed).toHaveCount(0);
  await writer.page.reload();
  await expect(hers.message(kept)).toBeVisible();
  await expect(hers.log).not.toContainText(dropped);
});

test("what changes in the log stays where it is and is not announced", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("고치는 방"), kind: "private" }, [junho]);
  const [first, second] = [unique("하나"), unique("둘")];
  const sent = await minji.say(room, first);
  await minji.say(room, second);
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  const below = his.message(second);
  await expect(below).toHaveClass(/continues/);
  for (const text of [first, second]) await expect(his.message(text)).not.toHaveAttribute("aria-live", "off");
  await below.evaluate((message) => message.setAttribute("data-stays", "yes"));

  const changed = unique("고친 말");
  await minji.edit(sent, changed);
  await expect(his.message(changed)).toHaveAttribute("aria-live", "off");
  await his.message(changed).hover();
  const gone = his.log.locator(`.msg[data-seq="${sent.seq}"]`);
  await expect(gone.getByRole("toolbar")).toBeVisible();
  await minji.delete(sent);
  await expect(gone).toContainText(visitor.t("chat_deleted"));
  await expect(gone).toHaveAttribute("aria-live", "off");
  await expect(gone.getByRole("toolbar")).toHaveCount(0);
  // Its name stands above it now; it is the same message.
  await expect(below).not.toHaveClass(/continues/);
  await expect(below).toHaveAttribute("data-stays", "yes");
  await expect(below).toHaveAttribute("aria-live", "off");
});

test("everything that a message offers is a key away", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("자판"), kind: "private" }, [junho]);
  const texts = [unique("하나"), unique("둘"), unique("셋")];
  for (const text of texts) await minji.say(room, text);
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  const keys = visitor.page.keyboard;
  await his.open(room.slug);
  // Additions are announced, and nothing else is.
  const log = visitor.page.getByRole("log");
  await expect(log).toHaveAttribute("aria-relevant", "additions");
  await expect(log).toHaveAttribute("aria-live", "polite");

  // From where nothing is written yet, it goes up into what was.
  await his.composer.focus();
  await keys.press("ArrowUp");
  await expect(his.message(texts[2]!)).toBeFocused();
  await keys.press("ArrowUp");
  await expect(his.message(texts[1]!)).toBeFocused();
  await keys.press("Home");
  await expect(his.message(texts[0]!)).toBeFocused();
  await keys.press("End");
  await expect(his.message(texts[2]!)).toBeFocused();

  await keys.press("e");
  await expect(visitor.page.locator("#emojis").getByRole("menuitem").first()).toBeFocused();
  await keys.press("Enter");
  await expect(his.reaction(texts[2]!, "👍")).toBeVisible();
  await expect(his.message(texts[2]!)).toBeFocused();
  await his.reaction(texts[2]!, "👍").press("Enter");
  await expect(his.reaction(texts[2]!, "👍")).toHaveCount(0);
  await expect(his.message(texts[2]!)).toBeFocused();

  await keys.press("r");
  await expect(his.composer).toBeFocused();
  await expect(visitor.page.locator(".composer-subject")).toContainText("김민지");
  await keys.press("Escape");
  await expect(visitor.page.locator(".composer-subject")).toHaveCount(0);

  await his.message(texts[2]!).focus();
  await keys.press("t");
  await expect(visitor.page.locator("#thread-composer")).toBeFocused();
  await keys.press("Escape");
  await expect(his.beside).toBeHidden();
  await expect(his.composer).toBeFocused();

  await his.message(texts[1]!).focus();
  await keys.press("u");
  await expect(his.log.locator(".chat-day.is-new")).toHaveText(visitor.t("chat_new_from_here", 2));
  await expect(his.message(texts[1]!)).toBeFocused();
  await keys.press("Escape");
  await expect(his.composer).toBeFocused();
});
