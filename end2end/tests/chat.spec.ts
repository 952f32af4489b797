import { expect, longRoom, PHONE, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { unique } from "../unique";

test("what one sends, two others read at once; replies, edits, deletes and reactions follow", async ({ visit }) => {
  const [minji, junho, seoyeon] = [await visit("minji"), await visit("junho"), await visit("seoyeon")];
  const [hers, his, third] = [new ChatPage(minji), new ChatPage(junho), new ChatPage(seoyeon)];
  for (const chat of [hers, his, third]) await chat.open("제품-기획");
  const stays = await junho.staysOnPage();

  const question = unique("오늘 시안 볼까요?");
  await hers.send(question);
  for (const chat of [hers, his, third]) await expect(chat.message(question)).toBeVisible();
  await expect(hers.pending).toHaveCount(0);

  await his.tool(question, "chat_reply");
  const answer = unique("네, 세 시에요");
  await his.send(answer);
  await expect(hers.message(answer).locator(".msg-quote")).toContainText("김민지");

  await third.react(question, "👍");
  await expect(hers.reaction(question, "👍")).toHaveText(/1/);
  await hers.reaction(question, "👍").click();
  await expect(his.reaction(question, "👍")).toHaveText(/2/);
  await expect(hers.reaction(question, "👍")).toHaveAttribute("aria-pressed", "true");

  // The up arrow in an empty field goes to the messages, also for whoever has written some; a key changes an own one.
  await hers.composer.press("ArrowUp");
  await expect(hers.message(answer)).toBeFocused();
  await minji.page.keyboard.press("m");
  await expect(hers.message(answer)).toBeFocused();
  await minji.page.keyboard.press("ArrowUp");
  await expect(hers.message(question)).toBeFocused();
  await minji.page.keyboard.press("m");
  await expect(hers.composer).toBeFocused();
  await expect(hers.composer).toHaveValue(question);
  const changed = unique("내일 시안 볼까요?");
  await hers.composer.fill(changed);
  await hers.composer.press("Enter");
  await expect(his.message(changed)).toContainText(junho.t("chat_edited"));
  await expect(his.message(answer).locator(".msg-quote")).toContainText("내일 시안");

  await his.more(answer, "delete");
  await junho.page.locator("#chat-ask").getByRole("button", { name: junho.t("delete") }).click();
  await expect(hers.message(answer)).toHaveCount(0);
  await expect(hers.log.getByText(minji.t("chat_deleted")).last()).toBeVisible();
  await stays();
  junho.frames.assertInOrder();
});

test("a thread stands beside the room and counts its replies", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  const root = unique("스레드로 이야기해요");
  await hers.send(root);
  await his.tool(root, "chat_thread");
  const reply = unique("여기에 답글");
  await junho.page.locator("#thread-composer").fill(reply);
  await junho.page.locator("#thread-composer").press("Enter");
  await expect(his.beside.locator(".msg[data-seq]").filter({ hasText: reply })).toBeVisible();
  await expect(hers.message(root).getByRole("button", { name: minji.t("chat_replies", 1) })).toBeVisible();
  await expect(hers.message(reply)).toHaveCount(0);
});

test("who has not read a message is counted, named on demand, and counted down", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("전사-공지");
  const notice = unique("새 공지입니다");
  await hers.send(notice);
  await expect(hers.unreadBy(notice)).toHaveText("4");

  const junho = await visit("junho");
  await junho.goto("/timeline");
  const his = new ChatPage(junho);
  await expect(his.menuCount).toBeVisible();
  await his.open("전사-공지");
  await expect(his.message(notice)).toBeVisible();
  await expect(hers.unreadBy(notice)).toHaveText("3");
  await hers.unreadBy(notice).click();
  await expect(minji.page.locator("#readers")).toContainText("이서연");
  await expect(minji.page.locator("#readers")).not.toContainText("박준호");
  await expect(his.room("전사-공지").locator(".count")).toHaveCount(0);
});

test("typing shows to the others in the room and to nobody else", async ({ visit }) => {
  const [minji, junho, seoyeon] = [await visit("minji"), await visit("junho"), await visit("seoyeon")];
  await new ChatPage(minji).open("제품-기획");
  await new ChatPage(junho).open("제품-기획");
  await new ChatPage(seoyeon).open("전사-공지");
  await minji.page.locator("#composer").pressSequentially("안녕");
  await expect(junho.page.locator(".chat-typing")).toContainText(junho.t("chat_typing", "김민지"));
  await expect(minji.page.locator(".chat-typing")).toBeEmpty();
  expect(seoyeon.frames.text).not.toContain("chat:typing");
});

test("Enter that ends a Korean syllable sends nothing, and Shift Enter begins a line", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  await hers.composer.fill("안녕하세");
  // What a browser reports of the key that ends a syllable: one of the two, depending on the browser.
  for (const sign of [{ isComposing: true }, { keyCode: 229 }]) {
    const event = { key: "Enter", bubbles: true, cancelable: true, ...sign };
    await hers.composer.dispatchEvent("keydown", event);
  }
  await expect(hers.composer).toHaveValue("안녕하세");
  await hers.composer.press("Shift+Enter");
  await hers.composer.pressSequentially("둘째 줄");
  await expect(hers.composer).toHaveValue("안녕하세\n둘째 줄");
});

test("what is written without a network arrives once, in order, after a reload", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  minji.tolerateBrokenNetwork();
  // The server's function for sending cannot be reached; the page itself can be loaded.
  await minji.page.route("**/fn/send_chat_message", (route) => route.abort("connectionfailed"));
  const lines = [unique("하나"), unique("둘"), unique("셋")];
  for (const line of lines) await hers.send(line);
  await expect(hers.pending).toHaveCount(3);
  await expect(hers.pending.first()).toContainText(lines[0]!);

  await minji.page.reload();
  await expect(hers.pending).toHaveCount(3);
  await minji.page.unroute("**/fn/send_chat_message");
  await minji.page.reload();
  for (const line of lines) await expect(his.message(line)).toHaveCount(1);
  await expect(hers.pending).toHaveCount(0);
  const order = (await his.texts()).filter((text) => lines.includes(text));
  expect(order).toEqual(lines);
  expect((await hers.texts()).filter((text) => lines.includes(text))).toEqual(lines);
});

test("a browser without a network keeps what is written, and sends it when it is back", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  minji.tolerateBrokenNetwork();
  await minji.settled();
  await minji.context.setOffline(true);
  const text = unique("연결이 끊긴 사이에");
  await hers.send(text);
  await expect(hers.pending).toContainText(minji.t("chat_waits"));
  await minji.context.setOffline(false);
  await expect(his.message(text)).toHaveCount(1);
  await expect(hers.pending).toHaveCount(0);
});

test("an image goes up with its preview, and a file with its name", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  const files = minji.page.locator("#composer-files");
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await files.setInputFiles({ name: "점.png", mimeType: "image/png", buffer: Buffer.from(pixel, "base64") });
  await hers.composer.press("Enter");
  await expect(his.log.getByRole("img", { name: "점.png" })).toBeVisible();
  const name = `${unique("보고서")}.txt`;
  await files.setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("안녕하세요") });
  await hers.composer.press("Enter");
  await expect(his.log.getByRole("link", { name })).toBeVisible();
  // Made in the page: to bring so much into it takes a busy machine longer than a test may.
  await files.evaluate((input: HTMLInputElement) => {
    const chosen = new DataTransfer();
    chosen.items.add(new File([new Uint8Array(26 * 1024 * 1024)], "너무 큰 파일.bin", { type: "text/plain" }));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await expect(minji.page.locator(".upload-failed")).toContainText("25.0 MB");
});

test("a draft stays with its room", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  await hers.composer.fill("쓰다 만 문장");
  await hers.room("전사-공지").click();
  await expect(hers.composer).toHaveValue("");
  await expect(hers.room("제품-기획")).toContainText(minji.t("chat_draft"));
  await hers.open("제품-기획");
  await expect(hers.composer).toHaveValue("쓰다 만 문장");
  await hers.composer.fill("");
  await expect(hers.room("제품-기획")).not.toContainText(minji.t("chat_draft"));
});

test("a name is completed by keys, and whoever is called sees it", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  await hers.composer.pressSequentially("@박준");
  await expect(minji.page.locator("#composer-names").getByRole("option", { name: "박준호" })).toBeVisible();
  await hers.composer.press("Enter");
  const rest = unique("확인 부탁해요");
  await hers.composer.pressSequentially(rest);
  await hers.composer.press("Enter");
  await expect(his.message(rest)).toHaveClass(/calls/);
  await expect(his.message(rest).locator(".mention")).toHaveText("@박준호");
});

test("older messages come by scrolling up, to the very first", async ({ visit, chats }) => {
  test.slow();
  const { slug } = await longRoom(chats);
  const doyun = await visit("doyun");
  const page = new ChatPage(doyun);
  await page.open(slug);
  await expect(page.message("메시지 120번")).toBeAttached();
  await page.log.hover();
  const first = page.log.locator(".msg[data-seq]").first();
  for (const wanted of [60, 1]) {
    await expect
      .poll(async () => {
        await doyun.page.mouse.wheel(0, -1200);
        return Number(await first.getAttribute("data-seq"));
      })
      .toBeLessThanOrEqual(wanted);
  }
  // What was in sight stays where it was while older ones come in above it.
  await expect(page.log).toContainText(doyun.t("chat_begins"));
  // It may say how much is unread there: who scrolls at once has not read it.
  await doyun.page.locator(".chat-down").click();
  await expect(page.message("메시지 120번")).toBeInViewport();
});

test("a room is made, a person is invited, silenced and left", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  await his.open("제품-기획");
  await hers.open("제품-기획");
  const name = unique("새 모임");
  await minji.page.getByRole("button", { name: minji.t("chat_new_room") }).click();
  await minji.page.locator("#room-name").fill(name);
  await minji.page.locator("#room-people").fill("준호");
  await minji.page.locator("#room-people").press("Enter");
  await minji.page.locator("#make-room").getByRole("button", { name: minji.t("chat_make"), exact: true }).click();
  await expect(minji.page.getByRole("heading", { name })).toBeVisible();
  await expect(his.room(name)).toBeVisible();
  await his.room(name).click();
  await expect(junho.page.getByRole("heading", { name })).toBeVisible();
  await hers.send("어서 오세요");
  await expect(his.message("어서 오세요")).toBeVisible();

  await junho.page.getByRole("button", { name: junho.t("chat_room_menu") }).click();
  await junho.page.getByRole("menuitem", { name: junho.t("chat_mute_hour") }).click();
  await expect(his.room(name)).toContainText(junho.t("chat_muted"));
  await junho.page.getByRole("button", { name: junho.t("chat_room_menu") }).click();
  await junho.page.getByRole("menuitem", { name: junho.t("chat_leave") }).click();
  await junho.page.locator("#chat-ask").getByRole("button", { name: junho.t("chat_leave") }).click();
  await expect(his.room(name)).toHaveCount(0);
});

test("on a phone the list and the room have the screen to themselves", async ({ visit }) => {
  const minji = await visit("minji", { device: PHONE });
  const hers = new ChatPage(minji);
  await minji.goto("/chat");
  await hers.room("제품-기획").tap();
  await expect(hers.composer).toBeVisible();
  await expect(minji.page.locator(".tabs")).toBeHidden();
  await minji.page.locator(".chat-head").getByRole("link", { name: minji.t("back") }).tap();
  await expect(hers.room("제품-기획")).toBeVisible();
});
