import { expect, PHONE, test } from "../chats";
import { BookingDialog } from "../pages/booking";
import { ChatPage } from "../pages/chat";
import { TimersPage } from "../pages/timers";
import { unique } from "../unique";

test("a room is booked with the people of the chat, under its name", async ({ visit, chats }) => {
  const [minji, junho, seoyeon] = [await chats("minji"), await chats("junho"), await chats("seoyeon")];
  const name = unique("기획 & 검토");
  const room = await minji.make({ name, kind: "private" }, [junho, seoyeon]);
  const visitor = await visit("minji");
  const hers = new ChatPage(visitor);
  await hers.open(room.slug);
  const stays = await visitor.staysOnPage();
  await visitor.page.locator(".composer").getByRole("button", { name: visitor.t("chat_book") }).click();
  const form = new BookingDialog(visitor);
  await expect(form.title).toHaveValue(name);
  for (const person of ["박준호", "이서연"]) await expect(form.dialog.locator(".person-chip")).toContainText([person]);
  await expect(form.dialog.locator(".person-chip")).toHaveCount(2);
  await stays();
  // Back in the room nothing is lost, and the address asks for it once only.
  await visitor.page.goBack();
  await expect(hers.composer).toBeVisible();
});

test("a timer is started with the room that one comes from", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("함께 집중");
  const room = await minji.make({ name, kind: "private" }, [junho]);
  const visitor = await visit("minji");
  await new ChatPage(visitor).open(room.slug);
  await visitor.page.locator(".composer").getByRole("button", { name: visitor.t("chat_timer") }).click();
  const page = new TimersPage(visitor);
  await expect(page.form.locator("#timer-title-field")).toBeFocused();
  const chosen = page.form.locator("#timer-with-room");
  await expect(chosen).toHaveValue(String(room.id));
  await expect(chosen.locator("option:checked")).toHaveText(name);
});

test("a room is silenced until tomorrow and for good, and heard again", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("조용한 방");
  const room = await minji.make({ name, kind: "private" }, [junho]);
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  for (const choice of ["chat_mute_tomorrow", "chat_mute_forever"]) {
    await his.inRoom(choice);
    await expect(his.room(name)).toContainText(visitor.t("chat_muted"));
    await his.inRoom("chat_unmute");
    await expect(his.room(name)).not.toContainText(visitor.t("chat_muted"));
  }
  // What is written in a silent room is counted without calling.
  await his.inRoom("chat_mute_forever");
  await his.open("전사-공지");
  await minji.say(room, "조용히 쓴 말");
  await expect(his.room(name)).toContainText(visitor.t("chat_unread", 1));
  await expect(his.room(name)).not.toHaveClass(/is-unread/);
});

test("its owner closes a room from its menu and opens it again; members cannot", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("마친 방"), kind: "private" }, [junho]);
  const [owner, member] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(owner), new ChatPage(member)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  await member.page.getByRole("button", { name: member.t("chat_room_menu") }).click();
  await expect(member.page.getByRole("menuitem", { name: member.t("chat_leave") })).toBeVisible();
  await expect(member.page.getByRole("menuitem", { name: member.t("chat_archive") })).toHaveCount(0);
  await member.page.keyboard.press("Escape");
  await hers.inRoom("chat_archive");
  for (const visitor of [owner, member]) {
    await expect(visitor.page.locator(".chat-closed")).toContainText(visitor.t("chat_archived"));
  }
  await hers.inRoom("chat_reopen");
  for (const chat of [hers, his]) await expect(chat.composer).toBeVisible();
});

test("a room that is closed and left is found by its name, and opened again", async ({ visit, chats }) => {
  const name = unique("치운 방");
  const room = await (await chats("minji")).make({ name, kind: "private" });
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open(room.slug);
  await hers.inRoom("chat_archive");
  const closed = minji.page.locator(".chat-closed");
  await expect(closed).toBeVisible();
  await hers.room("제품-기획").click();
  await expect(hers.composer).toBeVisible();
  await expect(hers.room(name)).toHaveCount(0);

  await hers.find.fill(name);
  await expect(hers.room(name)).toContainText(minji.t("chat_is_archived"));
  await hers.room(name).press("Enter");
  await expect(closed).toContainText(minji.t("chat_archived"));
  await hers.inRoom("chat_reopen");
  await expect(hers.composer).toBeVisible();
  await expect(hers.room(name)).not.toContainText(minji.t("chat_is_archived"));
  await hers.find.fill("");
  await expect(hers.room(name)).toBeVisible();
});

test("whoever is called by a change of a message sees it as a call", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("고쳐 부르는 방"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  const asked = unique("확인 부탁해요");
  await hers.send(asked);
  await hers.message(asked).press("m");
  await expect(hers.composer).toHaveValue(asked);
  const text = unique("확인 부탁합니다");
  await hers.composer.fill(`${text} @박준`);
  await hers.composer.press("End");
  await hers.composer.pressSequentially("호");
  await expect(writer.page.locator("#composer-names").getByRole("option", { name: "박준호" })).toBeVisible();
  await hers.composer.press("Enter");
  await hers.composer.press("Enter");
  await expect(his.message(text)).toHaveClass(/calls/);
  await expect(his.message(text).locator(".mention")).toHaveText("@박준호");
});

test("on a phone everything that can be put in is behind one button, and large enough to press", async ({ visit }) => {
  const minji = await visit("minji", { device: PHONE });
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  const composer = minji.page.locator(".composer");
  const more = composer.getByRole("button", { name: minji.t("chat_more") });
  const send = composer.getByRole("button", { name: minji.t("send") });
  const emoji = composer.getByRole("button", { name: minji.t("chat_emoji") });
  // One line: what else, the field, an emoji, the button.
  const places = await Promise.all([more, hers.composer, emoji, send].map(async (part) => (await part.boundingBox())!));
  for (const [n, place] of places.entries()) {
    expect(Math.min(place.width, place.height)).toBeGreaterThanOrEqual(44);
    if (n > 0) expect(place.x).toBeGreaterThanOrEqual(places[n - 1]!.x + places[n - 1]!.width - 1);
  }
  await more.tap();
  for (const way of ["chat_attach", "chat_book", "chat_timer"]) {
    const box = await composer.getByRole("button", { name: minji.t(way) }).boundingBox();
    expect(box!.height).toBeGreaterThanOrEqual(44);
  }
  await composer.getByRole("button", { name: minji.t("chat_call") }).tap();
  await expect(composer.getByRole("button", { name: minji.t("chat_book") })).toBeHidden();
  await expect(hers.composer).toHaveValue("@");
  await hers.composer.fill("");
});
