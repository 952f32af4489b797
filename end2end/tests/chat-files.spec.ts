import type { Locator } from "@playwright/test";
import { expect, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { uploadsOf } from "../uploads";
import type { Visitor } from "../visitor";
import { unique } from "../unique";

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const textFile = (name: string) => ({
  name: `${unique(name)}.txt`,
  mimeType: "text/plain",
  buffer: Buffer.from("글"),
});

/** Cuts every upload on its way, until the function that it returns is called. */
async function cutUploads(visitor: Visitor): Promise<() => void> {
  visitor.tolerateBrokenNetwork();
  let isCut = true;
  await visitor.page.route(/\/files\?name=/, (route) => (isCut ? route.abort("connectionreset") : route.continue()));
  return () => {
    isCut = false;
  };
}

/** Has every upload wait until the function that it returns is called, and then be refused so. */
async function refuseUploads(visitor: Visitor, status: number, code: string): Promise<() => void> {
  visitor.tolerate(/\/files\?name=/);
  let refuse = () => {};
  const isSent = new Promise<void>((resolve) => (refuse = resolve));
  await visitor.page.route(/\/files\?name=/, async (route) => {
    await isSent;
    await route.fulfill({ status, json: { success: false, message: "", error: { code } } });
  });
  return refuse;
}

/** Hands something over as the clipboard or a pointer does: texts by their kinds, and a file; says whether the page took it. */
function hand(
  target: Locator,
  how: "paste" | "dragover" | "drop",
  texts: Record<string, string>,
  file?: string,
): Promise<boolean> {
  return target.evaluate(
    (element, { how, texts, file }) => {
      const data = new DataTransfer();
      for (const [kind, text] of Object.entries(texts)) data.setData(kind, text);
      if (file) data.items.add(new File(["글"], file, { type: "text/plain" }));
      const init = { bubbles: true, cancelable: true };
      const event =
        how === "paste"
          ? new ClipboardEvent(how, { ...init, clipboardData: data })
          : new DragEvent(how, { ...init, dataTransfer: data });
      return !element.dispatchEvent(event);
    },
    { how, texts, file },
  );
}

test("pasted words are words, and a picture of them is none", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  const uploads = minji.page.locator(".uploads");
  const name = `${unique("표")}.txt`;
  const cells = { "text/plain": "하나\t둘", "text/html": "<table><tr><td>하나</td><td>둘</td></tr></table>" };
  expect(await hand(hers.composer, "paste", cells, name), "the browser puts the words in").toBe(false);
  await expect(uploads).toHaveCount(0);
  // A picture from a page brings its element along, and no words.
  expect(await hand(hers.composer, "paste", { "text/html": "<img>" }, name)).toBe(true);
  await expect(uploads).toContainText(name);
  await uploads.getByRole("button", { name: minji.t("dismiss") }).click();
  await expect(uploads).toHaveCount(0);
});

test("files are dropped anywhere in a room or a thread, and words only where they can be written", async ({
  visit,
  chats,
}) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("놓는 방"), kind: "private" }, [junho]);
  const root = unique("여기에 놓으세요");
  await minji.say(room, root);
  const visitor = await visit("minji");
  const hers = new ChatPage(visitor);
  await hers.open(room.slug);
  const uploads = visitor.page.locator(".chat-main .uploads");
  for (const how of ["dragover", "drop"] as const) {
    const isTaken = await hand(hers.composer, how, { "text/plain": "고른 말" });
    expect(isTaken, `${how}: the field takes words by itself`).toBe(false);
  }
  const name = `${unique("놓은 것")}.txt`;
  for (const how of ["dragover", "drop"] as const) {
    expect(await hand(hers.message(root), how, {}, name), `${how}: the browser would open the file`).toBe(true);
  }
  await expect(uploads).toContainText(name);
  await expect(hers.composer).toBeFocused();
  await hers.composer.press("Enter");
  await expect(hers.log.getByRole("link", { name })).toBeVisible();

  await hers.tool(root, "chat_thread");
  const inThread = `${unique("스레드에 놓은 것")}.txt`;
  await expect(hers.beside.locator("#thread-log")).toContainText(root);
  expect(await hand(hers.beside.locator("#thread-log"), "drop", {}, inThread)).toBe(true);
  await expect(hers.beside.locator(".uploads")).toContainText(inThread);
  await expect(uploads).toHaveCount(0);
  await hers.beside.locator(".uploads").getByRole("button", { name: visitor.t("dismiss") }).click();

  // Where nobody writes any more they go nowhere.
  await hers.inRoom("chat_archive");
  await expect(visitor.page.locator(".chat-main .chat-closed")).toBeVisible();
  expect(await hand(hers.message(root), "drop", {}, name)).toBe(true);
  await hers.inRoom("chat_reopen");
  await expect(hers.composer).toBeVisible();
  await expect(uploads).toHaveCount(0);
});

test("an image waits with its preview for what is written to it, and is quoted by its name", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  const [name, caption] = [`${unique("점")}.png`, unique("이 그림을 보세요")];
  await minji.page.locator("#composer-files").setInputFiles({ name, mimeType: "image/png", buffer: PIXEL });
  await expect(minji.page.locator(".uploads .upload-preview")).toBeVisible();
  await expect(hers.composer).toBeFocused();
  await hers.send(caption);
  await expect(his.message(caption).getByRole("img", { name })).toBeVisible();
  await expect(minji.page.locator(".uploads")).toHaveCount(0);

  // Without words the file speaks for itself, in quotes too.
  const second = `${unique("둘")}.png`;
  await minji.page.locator("#composer-files").setInputFiles({ name: second, mimeType: "image/png", buffer: PIXEL });
  await hers.composer.press("Enter");
  const image = his.log.locator(".msg[data-seq]").filter({ has: junho.page.getByRole("img", { name: second }) });
  await image.hover();
  await image.getByRole("button", { name: junho.t("chat_reply"), exact: true }).click();
  const answer = unique("봤어요");
  await his.send(answer);
  await expect(hers.message(answer).locator(".msg-quote")).toContainText(second);
  await minji.page.reload();
  await expect(hers.message(answer).locator(".msg-quote")).toContainText(second);
});

test("what is sent while its file is on the way is pending until the file is there", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  const letGo = await minji.hold(/\/files\?name=/);
  const [file, caption] = [textFile("보고서"), unique("보고서입니다")];
  await minji.page.locator("#composer-files").setInputFiles(file);
  await expect(minji.page.locator(".uploads progress")).toBeVisible();
  await hers.send(caption);
  await expect(minji.page.locator(".uploads")).toHaveCount(0);
  const pending = hers.pending.filter({ hasText: caption });
  await expect(pending).toContainText(file.name);
  await expect(pending.getByRole("progressbar", { name: file.name })).toBeVisible();
  letGo();
  await expect(his.message(caption).getByRole("link", { name: file.name })).toBeVisible();
  await expect(pending).toHaveCount(0);
});

test("an upload that is cut says so, goes on by itself, loses no word, and can be put away", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  const uploads = uploadsOf(minji.page);
  const mend = await cutUploads(minji);
  await minji.page.locator("#composer-files").setInputFiles(textFile("끊긴 파일"));
  await hers.composer.fill("함께 보낼 말");
  await expect(minji.page.locator(".upload-cut")).toHaveText(minji.t("chat_file_cut"));
  mend();
  await expect(minji.page.locator(".upload-done")).toBeVisible({ timeout: 20_000 });
  // Were the first one's answer lost alone, the second one would get that.
  expect([...uploads]).toEqual([expect.stringMatching(/ \d+-\d+$/)]);
  await expect(hers.composer).toHaveValue("함께 보낼 말");
  await minji.page.locator(".uploads").getByRole("button", { name: minji.t("dismiss") }).click();
  await expect(minji.page.locator(".uploads")).toHaveCount(0);
  await expect(hers.composer).toBeFocused();
  await hers.composer.fill("");
});

test("a message whose file is cut on the way goes by itself, once and in its turn", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("끊기는 파일"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  const mend = await cutUploads(writer);
  const [file, caption, after] = [textFile("끊긴 파일"), unique("파일에 쓴 말"), unique("그 뒤의 말")];
  await writer.page.locator("#composer-files").setInputFiles(file);
  await expect(writer.page.locator(".upload-cut")).toBeVisible();
  await hers.send(caption);
  await hers.send(after);
  await expect(hers.pending).toHaveCount(2);
  // Another room does not wait for it.
  const elsewhere = unique("다른 방의 말");
  await hers.room("제품-기획").click();
  await expect(hers.composer).toHaveAccessibleName(/제품-기획/);
  await hers.send(elsewhere);
  await expect(hers.message(elsewhere)).toBeVisible();
  await writer.page.goBack();
  await expect(hers.pending).toHaveCount(2);
  mend();
  await expect(his.message(after)).toBeVisible({ timeout: 40_000 });
  await expect(his.message(caption).getByRole("link", { name: file.name })).toBeVisible();
  await expect(hers.pending).toHaveCount(0);
  for (const chat of [his, hers]) await expect.poll(() => chat.texts()).toEqual([caption, after]);
});

test("who leaves the room finds their files again, on the way or there", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("떠난 방"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  const letGo = await writer.hold(/\/files\?name=/);
  const [sent, begun] = [textFile("보낸 파일"), textFile("고른 파일")];
  const caption = unique("파일에 쓴 말");
  await writer.page.locator("#composer-files").setInputFiles(sent);
  await hers.send(caption);
  await writer.page.locator("#composer-files").setInputFiles(begun);
  const uploads = writer.page.locator(".uploads");
  await expect(uploads).toContainText(begun.name);

  const back = async () => {
    await hers.room("제품-기획").click();
    await expect(hers.pending).toHaveCount(0);
    await expect(uploads).toHaveCount(0);
    await writer.page.goBack();
    await expect(uploads).toContainText(begun.name);
  };
  await back();
  await expect(hers.pending).toContainText(caption);
  await expect(uploads.getByRole("progressbar", { name: begun.name })).toBeVisible();
  letGo();
  await expect(his.message(caption).getByRole("link", { name: sent.name })).toBeVisible();
  await expect(writer.page.locator(".upload-done")).toBeVisible();
  await back();
  await hers.composer.press("Enter");
  await expect(his.log.getByRole("link", { name: begun.name })).toBeVisible();
  await expect(uploads).toHaveCount(0);
});

test("a file that is refused says so on its message and holds nothing up", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("거절된 파일"), kind: "private" }, [junho]);
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [hers, his]) await chat.open(room.slug);
  const refuse = await refuseUploads(writer, 403, "FORBIDDEN");
  const [caption, after] = [unique("거절된 파일에 쓴 말"), unique("그 뒤의 말")];
  await writer.page.locator("#composer-files").setInputFiles(textFile("거절된 파일"));
  await hers.send(caption);
  await hers.send(after);
  await expect(hers.pending).toHaveCount(2);
  refuse();
  await expect(his.message(after)).toBeVisible();
  await expect(hers.pending).toHaveCount(1);
  await expect(hers.pending).toContainText(caption);
  await expect(hers.pending.getByRole("alert")).toContainText(writer.t("chat_not_sent"));
  await hers.pending.getByRole("button", { name: writer.t("delete"), exact: true }).click();
  await expect(hers.pending).toHaveCount(0);
  for (const chat of [his, hers]) await expect.poll(() => chat.texts()).toEqual([after]);
});

test("an empty file is refused where it is chosen, and keeps nothing back", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  const uploads = minji.page.locator(".uploads");
  await minji.page.locator("#composer-files").setInputFiles({ ...textFile("빈 파일"), buffer: Buffer.alloc(0) });
  await expect(uploads.getByRole("alert")).toHaveText(minji.t("chat_file_empty"));
  await expect(uploads.getByRole("button", { name: minji.t("retry"), exact: true })).toHaveCount(0);
  const words = unique("파일 없이 쓴 말");
  await hers.send(words);
  await expect(hers.message(words)).toBeVisible();
  await expect(hers.pending).toHaveCount(0);
  await uploads.getByRole("button", { name: minji.t("dismiss") }).click();
  await expect(uploads).toHaveCount(0);
});

test("a file that is one too many says so on its message", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  const refuse = await refuseUploads(minji, 413, "UPLOAD_QUOTA_EXCEEDED");
  const caption = unique("하나 더");
  await minji.page.locator("#composer-files").setInputFiles(textFile("하나 더"));
  await hers.send(caption);
  refuse();
  const pending = hers.pending.filter({ hasText: caption });
  await expect(pending.getByRole("alert")).toContainText(minji.t("chat_files_unsent"));
  await pending.getByRole("button", { name: minji.t("delete"), exact: true }).click();
  await expect(pending).toHaveCount(0);
});

test("whoever is removed while their files go up is told that they did not go, and nothing is posted", async ({
  visit,
  chats,
}) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("나가게 된 방");
  const room = await minji.make({ name, kind: "private" }, [junho]);
  await minji.say(room, "앞서 한 말");
  const [writer, reader] = [await visit("junho"), await visit("minji")];
  const [his, hers] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [his, hers]) await chat.open(room.slug);
  writer.tolerate(/\/files\?name=.*: 403/);
  const answers: number[] = [];
  writer.page.on("response", (answer) => {
    if (/\/files\?name=/.test(answer.url())) answers.push(answer.status());
  });
  const letGo = await writer.hold(/\/files\?name=/);
  // One goes with a message, the other one was only chosen.
  const [sent, chosen, caption] = [textFile("보낸 파일"), textFile("고른 파일"), unique("파일에 쓴 말")];
  await writer.page.locator("#composer-files").setInputFiles(sent);
  await his.send(caption);
  await writer.page.locator("#composer-files").setInputFiles(chosen);
  await expect(writer.page.locator(".uploads")).toContainText(chosen.name);
  await expect(his.pending.getByRole("progressbar", { name: sent.name })).toBeVisible();

  await minji.remove(room, junho);
  await expect(writer.page.locator(".chat-closed")).toContainText(writer.t("chat_not_member"));
  await expect(his.room(name)).toHaveCount(0);
  letGo();
  const failed = his.pending.getByRole("alert");
  await expect(failed).toContainText(writer.t("chat_not_sent"));
  await expect(failed).toContainText("이 일을 할 권한이 없습니다.");
  await expect(his.pending).toContainText(caption);
  await expect(his.pending.getByRole("progressbar")).toHaveCount(0);
  await expect.poll(() => answers).toEqual([403, 403]);

  // The room can be left as it is, and others are written into.
  const stays = await writer.staysOnPage();
  await his.room("제품-기획").click();
  await expect(his.composer).toHaveAccessibleName(/제품-기획/);
  await expect(his.pending).toHaveCount(0);
  const elsewhere = unique("다른 방의 말");
  await his.send(elsewhere);
  await expect(his.message(elsewhere)).toBeVisible();
  await stays();
  await expect(hers.log.locator(".msg-system").last()).toContainText(reader.t("chat_change_removed", "김민지", "박준호"));
  expect(await hers.texts()).toEqual(["앞서 한 말"]);
  expect(await minji.texts(room)).toEqual(["앞서 한 말"]);
});

test("where a browser keeps nothing, files go as long as the page lives", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  await minji.context.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  const mend = await cutUploads(minji);
  const [file, caption] = [textFile("보고서"), unique("보고서입니다")];
  await minji.page.locator("#composer-files").setInputFiles(file);
  await hers.send(caption);
  mend();
  await expect(his.message(caption).getByRole("link", { name: file.name })).toBeVisible({ timeout: 20_000 });
  await expect(hers.pending.filter({ hasText: caption })).toHaveCount(0);
});
