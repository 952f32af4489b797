import { expect, longRoom, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { ReservationDetails } from "../pages/reservation";
import { TimelinePage } from "../pages/timeline";
import { unique } from "../unique";
import type { Visitor } from "../visitor";

test("4,000 characters fit as people count them, one more does not, and nothing is lost", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  // A family is one character, and twenty-five bytes.
  const family = "👨‍👩‍👧‍👦";
  const tail = unique("끝");
  const room = 4_000 - [...tail].length;
  await hers.composer.fill(family.repeat(10) + "가".repeat(room - 9) + tail);
  await expect(minji.page.locator(".composer-count")).toHaveClass(/is-over/);
  await hers.composer.press("Enter");
  await expect(minji.page.locator(".composer .field-error")).toBeVisible();
  await expect(hers.composer).not.toHaveValue("");
  await hers.composer.fill(family.repeat(10) + "가".repeat(room - 10) + tail);
  await expect(minji.page.locator(".composer-count")).toHaveText("4000 / 4000");
  await hers.composer.press("Enter");
  await expect(hers.message(tail)).toBeVisible();
});

test("a script in any field is text", async ({ visit, chats }) => {
  const seoyeon = await chats("seoyeon");
  const name = unique("<img src=x onerror=alert(1)>");
  const topic = "<b onmouseover=alert(2)>주제</b>";
  const room = await seoyeon.make({ name, topic, kind: "private" });
  await seoyeon.say(room, "<script>alert(3)</script><b onclick=alert(4)>글</b> [링크](javascript:alert(5))");
  const visitor = await visit("seoyeon");
  let dialogs = 0;
  visitor.page.on("dialog", (dialog) => ((dialogs += 1), dialog.dismiss()));
  const page = new ChatPage(visitor);
  await page.open(room.slug);
  await expect(visitor.page.getByRole("heading", { name })).toBeVisible();
  await expect(page.room(name)).toBeVisible();
  await expect(visitor.page.locator(".chat-topic")).toContainText(topic);
  await expect(page.log.locator(".msg-text").first()).toContainText("글");
  const file = "<svg onload=alert(6)>.txt";
  await visitor.page.locator("#composer-files").setInputFiles({ name: file, mimeType: "text/plain", buffer: Buffer.from("글") });
  await expect(visitor.page.locator(".upload-done")).toBeVisible();
  await page.send("<i onfocus=alert(7)>파일</i>");
  await expect(page.message("파일").locator(".msg-file")).toContainText("svg onload=alert(6)");
  await page.search("alert(7)");
  await expect(page.hit("파일")).toBeVisible();
  const acting = "script:not([src]), [onclick], [onerror], [onload], [onfocus], [onmouseover], a[href^=javascript]";
  expect(await visitor.page.locator(".chat").locator(acting).count()).toBe(0);
  expect(dialogs).toBe(0);
});

test("its owner renames a room, and everybody's list follows", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("옛 이름"), kind: "private" }, [junho]);
  const [owner, member] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(owner), new ChatPage(member)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  await owner.page.getByRole("button", { name: owner.t("chat_room_menu") }).click();
  await owner.page.getByRole("menuitem", { name: owner.t("chat_rename") }).click();
  const field = owner.page.locator("#chat-rename-name");
  await field.fill(" ");
  await field.press("Enter");
  await expect(owner.page.locator("#chat-rename-name-error")).toBeVisible();
  owner.tolerate(/update_chat_room: 422/);
  const name = unique("새 이름");
  await field.fill(name);
  await owner.page.locator("#chat-rename-topic").fill("무엇에 대한 방");
  await field.press("Enter");
  await expect(his.room(name)).toBeVisible();
  await expect(member.page.locator(".chat-topic")).toContainText("무엇에 대한 방");
  await member.page.getByRole("button", { name: member.t("chat_room_menu") }).click();
  await expect(member.page.getByRole("menuitem", { name: member.t("chat_leave") })).toBeVisible();
  await expect(member.page.getByRole("menuitem", { name: member.t("chat_rename") })).toHaveCount(0);
});

test("a call that is out of sight is a press away", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("부르는 방"), kind: "private" }, [junho]);
  await minji.say(room, "@박준호 여기예요");
  for (let n = 1; n <= 25; n += 1) await minji.say(room, `지나가는 말 ${n}\n\n길게\n\n길게`);
  await minji.say(room, "@박준호 저기예요");
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  const chip = visitor.page.getByRole("button", { name: visitor.t("chat_to_call", 1) });
  await expect(chip).toBeVisible();
  await chip.click();
  await expect(chip).toHaveCount(0);
  await expect(his.log.locator(".msg.calls:focus")).toBeInViewport();
});

test("a call in a thread is a press away until its thread has been opened", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("스레드로 부르는 방");
  const room = await minji.make({ name, kind: "private" }, [junho]);
  const root = await minji.say(room, "여기서 이야기해요");
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  await expect(his.message("여기서 이야기해요")).toBeVisible();
  await minji.say(room, "@박준호 스레드예요", root.id);
  await minji.say(room, "그 다음 말");
  await expect(his.message("그 다음 말")).toBeInViewport();
  const chip = visitor.page.getByRole("button", { name: visitor.t("chat_to_call", 1) });
  await expect(his.room(name).locator(".count")).toHaveCount(0);
  // The room has been read to its end; nobody has seen the reply.
  await expect(chip).toBeVisible();
  await chip.click();
  await expect(his.beside.locator(".msg.calls[data-seq]")).toBeFocused();
  await expect(chip).toHaveCount(0);
  // What comes while the thread is open is in sight.
  await minji.say(room, "@박준호 또 불러요", root.id);
  await expect(his.beside.locator(".msg.calls[data-seq]")).toHaveCount(2);
  await expect(chip).toHaveCount(0);
});

test("in a thread whoever can do nothing more is offered no menu", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("조용한 스레드"), kind: "private" }, [junho]);
  const root = await minji.say(room, "뿌리가 되는 말");
  await minji.say(room, "남이 쓴 답글", root.id);
  const owner = await visit("minji");
  const member = await visit("junho");
  for (const [visitor, menus] of [[owner, 1], [member, 0]] as const) {
    const page = new ChatPage(visitor);
    await page.open(room.slug);
    await page.tool("뿌리가 되는 말", "chat_thread");
    const reply = page.beside.locator(".msg[data-seq]").filter({ hasText: "남이 쓴 답글" });
    await reply.hover();
    await expect(reply.getByRole("button", { name: visitor.t("chat_reply"), exact: true })).toBeVisible();
    await expect(reply.getByRole("button", { name: visitor.t("more"), exact: true })).toHaveCount(menus);
  }
});

test("in the room of a booking stands when and where it is", async ({ visit, api, chats, day }) => {
  const booking = await (await api("minji")).book(day, "지리산", "10:00", "11:00", unique("주간 회의"));
  const room = await (await chats("minji")).make({ kind: "live", reservationId: booking.id });
  const minji = await visit("minji");
  await new ChatPage(minji).open(room.slug);
  const strip = minji.page.locator(".chat-agenda");
  await expect(strip).toContainText(booking.title);
  await expect(strip).toContainText("지리산");
  await expect(strip).toContainText("오전 10:00");
  await (await api("minji")).change(booking, { startsAt: day.at("14:00"), endsAt: day.at("15:00") });
  await expect(strip).toContainText("오후 02:00");
  await strip.click();
  await expect(minji.page).toHaveURL(new RegExp(`/reservations/${booking.id}$`));
});

test("those who meet talk about it from the booking, which makes the room when the first one comes", async ({ visit, api, day }) => {
  const junho = await api("junho");
  const title = unique("말 나누기");
  const booking = await (await api("minji")).book(day, "지리산", "18:00", "18:30", title, { attendeeIds: [junho.user.id] });
  const [minji, guest, other] = [await visit("minji"), await visit("junho"), await visit("seoyeon")];
  const chat = (visitor: Visitor) => visitor.page.locator(".booking").getByRole("button", { name: visitor.t("chat") });
  for (const visitor of [minji, guest, other]) await visitor.goto(`/reservations/${booking.id}`);
  await chat(minji).click();
  const hers = new ChatPage(minji);
  await hers.send("자료는 여기에");
  await chat(guest).click();
  await expect(new ChatPage(guest).message("자료는 여기에")).toBeVisible();
  await expect(guest.page.locator(".chat-main .chat-head")).toContainText(title);
  await expect(chat(other)).toHaveCount(0);
});

for (const where of ["page", "timeline"] as const) {
  test(`a booking's way to its room leads there though the booking changes meanwhile: on its ${where}`, async ({ visit, api, day }) => {
    const [minji, junho] = [await api("minji"), await api("junho")];
    const [before, after] = [unique("그냥 회의"), unique("다른 이름의 회의")];
    const booking = await minji.book(day, "지리산", "10:00", "11:00", before, { attendeeIds: [junho.user.id] });
    const guest = await visit("junho");
    await guest.goto(where === "page" ? `/reservations/${booking.id}` : day.path);
    if (where === "timeline") await new TimelinePage(guest).block(before).click();
    const place = where === "page" ? guest.page.locator(".booking") : new ReservationDetails(guest).dialog;
    const chat = place.getByRole("button", { name: guest.t("chat") });
    const busy = place.locator("button[aria-busy=true]");

    const letGo = await guest.hold(/\/fn\/create_chat_room/);
    await chat.click();
    await expect(busy).toBeVisible();
    await minji.change(booking, { title: after });
    await expect(place).toContainText(after);
    // What was pressed is gone: there is another button in its place.
    await expect(busy).toHaveCount(0);
    await expect(chat).toBeVisible();
    letGo();
    await expect(guest.page.locator(".chat-main .chat-head")).toContainText(after);
  });
}

test("whoever hides how far they read is not counted", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("읽는 방"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const hers = new ChatPage(writer);
  await hers.open(room.slug);
  const text = unique("읽었나요");
  await hers.send(text);
  await expect(hers.unreadBy(text)).toHaveText("1");
  await reader.goto("/settings");
  const choice = reader.page.getByRole("checkbox", { name: reader.t("chat_show_reading") });
  await expect(choice).toBeChecked();
  await choice.uncheck();
  await expect(hers.unreadBy(text)).toHaveCount(0);
  await reader.goto("/settings");
  await expect(choice).not.toBeChecked();
  await choice.check();
  await expect(hers.unreadBy(text)).toHaveText("1");
});

test("a draft is there again after a reload", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("전사-공지");
  const draft = unique("아직 안 보낸 말");
  await hers.composer.fill(draft);
  await minji.page.reload();
  await expect(hers.composer).toHaveValue(draft);
  await hers.composer.fill("");
});

test("what is typed before the page is alive is not lost, and follows the draft", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  const draft = unique("먼저 쓴 말");
  await hers.composer.fill(draft);
  const hellos = minji.frames.hellos;
  const letGo = await minji.hold(/\.wasm$/);
  await minji.page.reload({ waitUntil: "commit" });
  await hers.composer.fill(", 이어 쓴 말");
  await hers.find.fill("제품");
  letGo();
  await minji.frames.connected(hellos);
  await expect(hers.composer).toHaveValue(`${draft}, 이어 쓴 말`);
  await expect(hers.find).toHaveValue("제품");
  await expect(hers.room("전사-공지")).toHaveCount(0);
  await hers.composer.press("Enter");
  await expect(hers.message(`${draft}, 이어 쓴 말`)).toBeVisible();
  await expect(hers.composer).toHaveValue("");
});

test("however long the history is, the page holds a part of it", async ({ visit, chats }) => {
  test.slow();
  const { slug } = await longRoom(chats);
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open(slug);
  const shown = hers.log.locator(".msg[data-seq]");
  expect(await shown.count()).toBeLessThanOrEqual(50);
  await expect(shown.last()).toContainText("메시지 120번");
});
