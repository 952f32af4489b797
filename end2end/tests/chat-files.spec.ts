import { expect, test } from "../chats";
import { ChatPage } from "../pages/chat";

let made = 0;
const unique = (text: string) => `${text} ${process.pid}-${(made += 1)}`;
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

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

test("what is sent while its file is on the way goes when the file is there", async ({ visit }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new ChatPage(minji), new ChatPage(junho)];
  for (const chat of [hers, his]) await chat.open("제품-기획");
  const letGo = await minji.hold(/\/files\?name=/);
  const [name, caption] = [`${unique("보고서")}.txt`, unique("보고서입니다")];
  await minji.page.locator("#composer-files").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("글") });
  await expect(minji.page.locator(".uploads progress")).toBeVisible();
  await hers.composer.fill(caption);
  await hers.composer.press("Enter");
  await expect(minji.page.locator(".uploads + [role=status]")).toHaveText(minji.t("chat_sends_when_up"));
  await expect(hers.composer).toHaveValue(caption);
  letGo();
  await expect(his.message(caption).getByRole("link", { name })).toBeVisible();
  await expect(hers.composer).toHaveValue("");
});

test("an upload that is cut says so, loses no word, and can be put away", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  minji.tolerateBrokenNetwork();
  await minji.page.route(/\/files\?name=/, (route) => route.abort("connectionreset"));
  const name = `${unique("끊긴 파일")}.txt`;
  await minji.page.locator("#composer-files").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from("글") });
  await hers.composer.fill("함께 보낼 말");
  await expect(minji.page.locator(".upload-failed")).toHaveText(minji.t("chat_file_failed"));
  await expect(hers.composer).toHaveValue("함께 보낼 말");
  await minji.page.locator(".uploads").getByRole("button", { name: minji.t("dismiss") }).click();
  await expect(minji.page.locator(".uploads")).toHaveCount(0);
  await hers.composer.fill("");
});

test("what is written to a file is not sent without it", async ({ visit, chats }) => {
  const room = await (await chats("minji")).make({ name: unique("파일 없는 방"), kind: "private" });
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open(room.slug);
  minji.tolerateBrokenNetwork();
  let cut = () => {};
  const isCut = new Promise<void>((resolve) => (cut = resolve));
  await minji.page.route(/\/files\?name=/, async (route) => {
    await isCut;
    await route.abort("connectionreset");
  });
  const file = { name: "끊길 파일.txt", mimeType: "text/plain", buffer: Buffer.from("글") };
  const caption = unique("파일에 쓴 말");
  const begin = async () => {
    await minji.page.locator("#composer-files").setInputFiles(file);
    await hers.composer.fill(caption);
    await hers.composer.press("Enter");
    await expect(minji.page.locator(".uploads + [role=status]")).toHaveText(minji.t("chat_sends_when_up"));
  };

  // Whoever leaves before it is up hears that nothing was sent, and finds their words again.
  await begin();
  await hers.room("제품-기획").click();
  await expect(minji.page.getByText(minji.t("chat_left_unsent"))).toBeVisible();
  await minji.page.goBack();
  await expect(hers.composer).toHaveValue(caption);

  await begin();
  cut();
  await expect(minji.page.locator(".upload-failed")).toHaveText(minji.t("chat_file_failed"));
  await expect(hers.composer).toHaveValue(caption);
  await expect(hers.pending).toHaveCount(0);
  await expect(hers.message(caption)).toHaveCount(0);
});
