import type { Locator } from "@playwright/test";
import { Chats, expect, test as base } from "../chats";
import { PASSWORD } from "../fixtures";
import { ChatPage } from "../pages/chat";
import { Server } from "../server";
import { unique } from "../unique";

/** With the five of the demo there is one more than may be called without a question, and the one who calls. */
const HIRED = 17;

const email = (n: number) => `hired-${n}@madang.test`;

/** An organisation of its own, so that nobody else counts on five people. */
const test = base.extend<object, { server: Server }>({
  server: [
    async ({ engine }, use) => {
      const server = await Server.start(engine);
      for (let n = 1; n <= HIRED; n += 1) server.hire(email(n), `새 동료 ${n}`, PASSWORD);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

test("to call more than 20 people asks first: taken back it is a draft again, meant it goes", async ({
  visit,
  api,
  chats,
}) => {
  const hers = await api("minji");
  const others = (await hers.people()).filter(({ id }) => id !== hers.user.id);
  expect(others).toHaveLength(21);
  const id = await hers.createChat({ name: unique("큰 방"), kind: "private", memberIds: others.map(({ id }) => id) });
  const [writer, reader] = [await visit("minji"), await visit("junho")];
  const [page, his] = [new ChatPage(writer), new ChatPage(reader)];
  for (const chat of [page, his]) await chat.open(String(id));
  writer.tolerate(/(send|edit)_chat_message: 409/);
  const question = page.log.locator(".msg-failed");

  const call = unique("@전체 모여 주세요");
  await page.send(call);
  await expect(question).toContainText(writer.t("chat_calls_many", 21));
  await question.getByRole("button", { name: writer.t("cancel") }).press("Enter");
  await expect(question).toHaveCount(0);
  await expect(page.composer).toHaveValue(call);
  await expect(page.composer).toBeFocused();
  // Whoever reads gets the next message, and nothing before it.
  const minji = await chats("minji");
  await minji.say({ id }, "다른 말");
  await expect(his.message("다른 말")).toBeVisible();
  expect(await his.texts()).toEqual(["다른 말"]);

  await page.composer.press("Enter");
  await question.getByRole("button", { name: writer.t("chat_call_them") }).click();
  await expect(his.message("모여 주세요")).toHaveClass(/calls/);
  await expect(his.message("모여 주세요")).toHaveCount(1);
  await expect(question).toHaveCount(0);
  await expect(page.composer).toHaveValue("");

  // A change that begins to call them asks too.
  const quiet = unique("조용한 말");
  await page.send(quiet);
  await expect(his.message(quiet)).toBeVisible();
  await page.message(quiet).press("m");
  await expect(page.composer).toHaveValue(quiet);
  await page.composer.fill(`@전체 ${quiet}`);
  await page.composer.press("Enter");
  await expect(page.toast("21")).toBeVisible();
  await expect(page.composer).toHaveValue(`@전체 ${quiet}`);
  await expect(his.message(quiet)).not.toHaveClass(/calls/);
  await page.composer.press("Enter");
  await expect(his.message(quiet)).toHaveClass(/calls/);

  // Twenty are called without a question.
  await minji.remove({ id }, await chats("seoyeon"));
  const next = unique("@전체 이제 스무 명");
  await page.send(next);
  await expect(his.message("이제 스무 명")).toHaveClass(/calls/);
  await expect(question).toHaveCount(0);
});

test("what was said before a thread longer than the page holds is a press away", async ({ visit, chats, request, sessions }) => {
  test.slow();
  const minji = await chats("minji");
  const sessionsOfHired = Array.from({ length: HIRED }, (_, n) => sessions.signIn(email(n + 1)));
  const hired = (await Promise.all(sessionsOfHired)).map((session) => new Chats(request, session));
  const room = await minji.make({ name: unique("스레드뿐인 방"), kind: "private" }, hired);
  await minji.say(room, "먼저 한 말");
  const root = await minji.say(room, "스레드의 뿌리");
  for (let n = 1; n <= 30; n += 1) await Promise.all(hired.map((one) => one.say(room, `답글 ${n}`, root.id)));
  await minji.say(room, "나중에 한 말");

  const visitor = await visit("minji");
  const page = new ChatPage(visitor);
  await page.open(room.slug);
  await expect(page.message("나중에 한 말")).toBeInViewport();
  await expect(page.message("먼저 한 말")).toHaveCount(0);
  // What the log asks for by itself, as it opens, may come in between.
  const older = visitor.page.locator("#chat-log").getByRole("button", { name: visitor.t("load_more") });
  await expect(async () => {
    if (await older.isVisible()) await older.click();
    await expect(page.message("먼저 한 말")).toBeInViewport({ timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
  await visitor.page.getByRole("button", { name: visitor.t("chat_to_latest") }).click();
  await expect(page.message("나중에 한 말")).toBeInViewport();
});

test("a thread of more replies than a page holds opens at its end, and is read to its beginning without a jump", async ({
  visit,
  chats,
  request,
  sessions,
}) => {
  test.slow();
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const sessionsOfHired = Array.from({ length: HIRED }, (_, n) => sessions.signIn(email(n + 1)));
  const hired = (await Promise.all(sessionsOfHired)).map((session) => new Chats(request, session));
  const room = await minji.make({ name: unique("긴 스레드"), kind: "private" }, [junho, ...hired]);
  const root = await minji.say(room, "스레드의 뿌리");
  const first = await minji.say(room, "첫 답글", root.id);
  // As many as one person may write at once, of each: 510 replies, where a page holds 500.
  for (let n = 1; n <= 30; n += 1) {
    await Promise.all(hired.map((one) => one.say(room, `답글 ${n}\n\n둘째 줄`, root.id)));
    await junho.say(room, `그 사이의 말 ${n}\n\n길게\n\n길게`);
  }
  const last = await minji.say(room, "마지막 답글", root.id);

  const visitor = await visit("minji");
  const page = new ChatPage(visitor);
  await visitor.goto(`/chat/${room.slug}?at=${root.seq}`);
  await expect(page.message("스레드의 뿌리")).toBeFocused();
  await page.tool("스레드의 뿌리", "chat_thread");
  const log = visitor.page.locator("#thread-log");
  const reply = ({ seq }: { seq: number }) => log.locator(`.msg[data-seq="${seq}"]`);
  await expect(reply(last)).toBeInViewport();
  await expect(reply(first)).toHaveCount(0);

  const more = log.getByRole("button", { name: visitor.t("load_more") });
  const readUpTo = async (beginning: Locator) => {
    await log.hover();
    await expect(async () => {
      await visitor.page.mouse.wheel(0, -4_000);
      await expect(beginning).toBeInViewport({ timeout: 100 });
    }).toPass();
  };
  await readUpTo(more);
  // Above it stands what the thread is about.
  const oldest = log.locator(".msg[data-seq]").nth(1);
  const seen = reply({ seq: Number(await oldest.getAttribute("data-seq")) });
  const place = () => seen.evaluate((message) => message.getBoundingClientRect().top);
  const before = await place();
  await more.click();
  await expect(reply(first)).toBeAttached();
  await expect.poll(async () => Math.abs((await place()) - before)).toBeLessThanOrEqual(2);
  await expect(reply(first)).not.toBeInViewport();
  await expect(more).toHaveCount(0);
  await readUpTo(reply(first));
  await expect(reply(root)).toBeInViewport();
  await expect(log.locator(".msg[data-seq]").first()).toContainText("스레드의 뿌리");
});
