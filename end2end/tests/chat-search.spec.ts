import { expect, longRoom, PHONE, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { uniqueWord } from "../unique";

test("two syllables inside of a word are enough, and what was found is marked", async ({ visit }) => {
  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  const word = uniqueWord("주간회의록");
  await hers.send(`${word} 올렸습니다`);
  await expect(hers.pending).toHaveCount(0);

  await hers.search("회");
  await expect(hers.beside).toContainText(minji.t("chat_search_hint"));
  await hers.search("간회의");
  await expect(hers.hit(word).locator("mark").first()).toHaveText("간회의");
  // What was found is shown as it is read, around the word, however far into the text it stands.
  const far = uniqueWord("부록목차");
  await hers.send(`${"앞의 말 ".repeat(40)}**${far}** \`표\``);
  await expect(hers.pending).toHaveCount(0);
  await hers.search("록목차");
  await expect(hers.hit(far).locator("mark").first()).toHaveText("록목차");
  await expect(hers.hit(far)).toContainText(`${far} 표`);
  await expect(hers.hit(far)).not.toContainText(/[*`]/);
  await hers.search(uniqueWord("아무데도없는"));
  await expect(hers.beside).toContainText(minji.t("chat_search_nothing"));
  // By keys alone: the pane closes and gives the focus back.
  await minji.page.keyboard.press("Escape");
  await expect(hers.searchField).toBeHidden();
  await expect(hers.composer).toBeFocused();
});

test("a search over all rooms finds own rooms only, and leads into them", async ({ visit, chats }) => {
  const [minji, junho, seoyeon] = [await chats("minji"), await chats("junho"), await chats("seoyeon")];
  const word = uniqueWord("분기보고");
  const ours = await minji.make({ name: uniqueWord("함께"), kind: "private" }, [junho]);
  const hers = await seoyeon.make({ name: uniqueWord("따로"), kind: "private" });
  await minji.say(ours, `${word} 초안`);
  await seoyeon.say(hers, `${word} 비밀`);

  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open("제품-기획");
  await his.search(word);
  await expect(his.beside).toContainText(visitor.t("chat_search_nothing"));
  await his.beside.getByRole("button", { name: visitor.t("chat_search_everywhere") }).click();
  await expect(his.beside.locator(".chat-hits li")).toHaveCount(1);
  const stays = await visitor.staysOnPage();
  await his.hit(word).getByRole("link").click();
  await expect(his.message(`${word} 초안`)).toBeFocused();
  await expect(visitor.page).toHaveURL(new RegExp(`/chat/${ours.id}\\?at=1$`));
  // What was found stays beside the room that it leads into.
  await expect(his.searchField).toHaveValue(word);
  await expect(his.hit(word).getByRole("button")).toBeVisible();
  await stays();
  // On a phone it would cover the room.
  const pocket = await visit("junho", { device: PHONE });
  const small = new ChatPage(pocket);
  await small.open("제품-기획");
  await small.search(word);
  await small.beside.getByRole("button", { name: pocket.t("chat_search_everywhere") }).tap();
  await small.hit(word).getByRole("link").tap();
  await expect(small.message(`${word} 초안`)).toBeFocused();
  await expect(small.searchField).toBeHidden();
});

test("a hit far up is jumped to, and the history goes on both ways without a jump", async ({ visit, chats }) => {
  test.slow();
  const room = await longRoom(chats);
  const doyun = await visit("doyun");
  const page = new ChatPage(doyun);
  await page.open(room.slug);
  await expect(page.message("메시지 20번")).toHaveCount(0);
  await page.search("메시지 20번");
  await page.hit("메시지 20번").getByRole("button").click();
  const found = page.message("메시지 20번");
  await expect(found).toBeFocused();
  await expect(found).toBeInViewport();
  await expect(found).toHaveClass(/is-found/);

  // At an edge more is fetched; what is in sight stays where it is.
  for (const toEnd of [false, true]) {
    const log = page.log;
    await log.evaluate((log, toEnd) => {
      log.scrollTop = toEnd ? 0 : -log.scrollHeight;
    }, toEnd);
    const shown = page.log.locator(".msg[data-seq]");
    const edge = toEnd ? shown.last() : shown.first();
    await expect(edge).toHaveAttribute("data-seq", toEnd ? /^(9\d|1[0-2]\d)$/ : "1");
    expect(await shown.count()).toBeLessThanOrEqual(200);
  }
  await page.log.hover();
  // The newest may come when the wheel has just been turned: it is turned until the log's end is in sight.
  await expect(async () => {
    await doyun.page.mouse.wheel(0, 1500);
    const toLatest = doyun.page.getByRole("button", { name: doyun.t("chat_to_latest") });
    await expect(toLatest).toBeHidden({ timeout: 500 });
  }).toPass();
  await expect(page.log.locator(".msg[data-seq]").last()).toHaveAttribute("data-seq", "122");
});

test("the way from far up to the newest messages ends there", async ({ visit, chats }) => {
  test.slow();
  const room = await longRoom(chats);
  const doyun = await visit("doyun");
  const page = new ChatPage(doyun);
  await page.open(room.slug);
  await page.search("메시지 20번");
  await page.hit("메시지 20번").getByRole("button").click();
  await expect(page.message("메시지 20번")).toBeFocused();
  const letGo = await doyun.hold(/\/fn\/open_chat_room/);
  let asked = 0;
  doyun.page.on("request", (request) => {
    if (request.url().includes("/fn/open_chat_room")) asked += 1;
  });
  await doyun.page.locator(".chat-down").click();
  await expect.poll(() => asked).toBe(1);
  // The log stands at an edge by now; it asks for nothing that would lead away again.
  await expect.poll(() => page.log.evaluate((log) => Math.abs(log.scrollTop))).toBe(0);
  await page.log.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  expect(asked).toBe(1);
  letGo();
  await expect(page.message("메시지 120번")).toBeInViewport();
  await expect(page.log.locator(".msg[data-seq]").last()).toHaveAttribute("data-seq", "122");
});

test("an answer that others have overtaken does not bring its part of the history back", async ({ visit, chats }) => {
  test.slow();
  const room = await longRoom(chats);
  const doyun = await visit("doyun");
  const page = new ChatPage(doyun);
  await page.open(room.slug);
  // From here on nothing happens in the room: all answers are of one moment.
  await expect(page.room("긴 방").locator(".count")).toHaveCount(0);
  let asked = 0;
  let letGo = () => {};
  const released = new Promise<void>((resolve) => (letGo = resolve));
  await doyun.page.route(/\/fn\/open_chat_room/, async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    const answer = await route.fetch();
    await released;
    await route.fulfill({ response: answer });
  });
  const first = doyun.page.waitForRequest(/\/fn\/open_chat_room/);
  await page.search("메시지 20번");
  await page.hit("메시지 20번").getByRole("button").click();
  const late = await first;
  await page.search("메시지 40번");
  await page.hit("메시지 40번").getByRole("button").click();
  await expect(page.message("메시지 40번")).toBeFocused();
  await doyun.page.locator(".chat-down").click();
  const newest = page.log.locator(".msg[data-seq]").last();
  await expect(newest).toHaveAttribute("data-seq", "122");
  await expect(newest).toBeInViewport();

  letGo();
  await (await late.response())!.finished();
  await page.log.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await expect(newest).toHaveAttribute("data-seq", "122");
  await expect(newest).toBeInViewport();
  await expect(doyun.page.locator(".chat-down")).toBeHidden();
});

test("what is in sight stays where it was when older messages come in above it", async ({ visit, chats }) => {
  test.slow();
  const room = await longRoom(chats);
  const doyun = await visit("doyun");
  const page = new ChatPage(doyun);
  await page.open(room.slug);
  const letGo = await doyun.hold(/\/fn\/open_chat_room/);
  const asked = doyun.page.waitForRequest(/\/fn\/open_chat_room/);
  await page.log.evaluate((log) => {
    log.scrollTop = -(log.scrollHeight - log.clientHeight - 300);
  });
  await asked;
  const top = (seq: number) =>
    page.log.evaluate((log, seq) => {
      const message = log.querySelector(`[data-seq="${seq}"]`);
      return message!.getBoundingClientRect().top - log.getBoundingClientRect().top;
    }, seq);
  const inSight = await page.log.evaluate((log) => {
    const upper = log.getBoundingClientRect().top;
    const shown = [...log.querySelectorAll("[data-seq]")];
    return Number(shown.find((message) => message.getBoundingClientRect().bottom > upper)!.getAttribute("data-seq"));
  });
  const before = await top(inSight);
  letGo();
  await expect(page.message("메시지 30번")).toBeAttached();
  await expect.poll(async () => Math.abs((await top(inSight)) - before)).toBeLessThanOrEqual(2);
});

test("an address that names a message opens its room there, also for a reply in a thread", async ({ visit, chats }) => {
  test.slow();
  const { slug, reply } = await longRoom(chats);

  const minji = await visit("minji");
  const hers = new ChatPage(minji);
  await minji.goto(`/chat/${slug}?at=12`);
  await expect(hers.message("메시지 12번")).toBeFocused();
  await expect(hers.message("메시지 12번")).toBeInViewport();
  await minji.goto(`/chat/${slug}?at=${reply.seq}`);
  await expect(hers.beside.locator(`.msg[data-seq="${reply.seq}"]`)).toBeFocused();
});

test("on a phone the search gives way to the message that was chosen", async ({ visit }) => {
  const minji = await visit("minji", { device: PHONE });
  const hers = new ChatPage(minji);
  await hers.open("제품-기획");
  await hers.search("온보딩 시안");
  await hers.hit("온보딩 시안 2차").first().getByRole("button").tap();
  await expect(hers.searchField).toBeHidden();
  await expect(hers.message("온보딩 시안 2차").first()).toBeFocused();
});
