import { type ChatRoom, type Chats, expect, test } from "../chats";
import { PASSWORD, PEOPLE, type Person } from "../people";
import { ChatPage } from "../pages/chat";
import { LoginPage } from "../pages/login";
import { unique } from "../unique";
import { Visitor } from "../visitor";

const SENDING = /\/fn\/send_chat_message$/;

/** One browser with two tabs: Minji's in a room of hers and Junho's, and a login page that was opened before. */
class OneBrowser {
  private constructor(
    readonly tab: Visitor,
    readonly hers: ChatPage,
    readonly other: Visitor,
    private readonly stale: LoginPage,
    private readonly path: string,
    private readonly minji: Chats,
    private readonly junho: Chats,
  ) {}

  static async open(tab: Visitor, minji: Chats, junho: Chats): Promise<OneBrowser> {
    const room: ChatRoom = await minji.make({ name: unique("한 브라우저"), kind: "private" }, [junho]);
    const other = new Visitor(tab.context, await tab.context.newPage(), "ko");
    const stale = new LoginPage(other);
    await stale.open();
    const browser = new OneBrowser(tab, new ChatPage(tab), other, stale, `/chat/${room.slug}`, minji, junho);
    await browser.signInMinji();
    await tab.settled();
    // The refusals that the tabs leave for.
    for (const visitor of [tab, other]) visitor.tolerate(/\/fn\//);
    return browser;
  }

  /** In the first tab, on the login page that leads to the room. */
  async signInMinji(): Promise<void> {
    const before = this.tab.frames.hellos;
    await this.tab.page.goto(this.path);
    const login = new LoginPage(this.tab);
    await login.ready();
    await login.logIn(PEOPLE.minji, PASSWORD);
    await this.tab.frames.connected(before);
    await expect(this.hers.composer).toBeVisible();
  }

  /** In the second tab. */
  async signIn(person: Person): Promise<void> {
    await this.stale.logIn(PEOPLE[person], PASSWORD);
    await expect(this.other.page.locator(".dashboard")).toBeVisible();
  }

  /** The first tab's page loses its connection, and does not look for another one for a while. */
  async loseConnection(): Promise<void> {
    await this.tab.page.evaluate(() => window.dispatchEvent(new Event("offline")));
    await expect(this.hers.connectionBanner).toBeVisible();
  }

  /** As Junho, the room has nothing of hers: nothing was sent, and nothing waits. */
  async assertIsJunhos(text: string): Promise<void> {
    await this.tab.goto(this.path);
    await expect(this.tab.page.locator(".user-btn")).toContainText(this.junho.user.name);
    await expect(this.hers.composer).toHaveValue("");
    await expect(this.hers.pending).toHaveCount(0);
    await expect(this.hers.log).not.toContainText(text);
  }

  /** Junho goes, and Minji is back. */
  async handBack(): Promise<void> {
    await this.hers.logOut();
    await expect(this.tab.page).toHaveURL(/\/login$/);
    await this.signInMinji();
  }

  /** What was written has arrived once, as hers. */
  async assertArrivedAsHers(text: string): Promise<void> {
    await expect(this.hers.message(text)).toHaveCount(1);
    await expect(this.hers.message(text).locator(".msg-head")).toContainText(this.minji.user.name);
    await expect(this.hers.pending).toHaveCount(0);
  }
}

test("whoever signs in in another tab takes the page away, but not what somebody else was writing there", async ({
  visit,
  chats,
}) => {
  test.slow();
  const browser = await OneBrowser.open(await visit(null), await chats("minji"), await chats("junho"));
  const { tab, hers, other } = browser;
  const draft = unique("아직 안 보낸 말");
  await hers.composer.fill(draft);
  const left = tab.page.waitForEvent("load");
  await browser.signIn("junho");
  await left;

  await browser.assertIsJunhos(draft);
  await browser.handBack();
  await expect(hers.composer).toHaveValue(draft);
  await hers.composer.press("Enter");
  await browser.assertArrivedAsHers(draft);
  other.assertNoProblems();
});

test("what a page without connection sends after somebody else has signed in is refused, and sent when its writer is back", async ({
  visit,
  chats,
}) => {
  test.slow();
  const browser = await OneBrowser.open(await visit(null), await chats("minji"), await chats("junho"));
  const { tab, hers, other } = browser;
  const stays = await tab.staysOnPage();
  await browser.loseConnection();
  await browser.signIn("junho");
  await stays();

  const text = unique("민지의 말");
  const answer = tab.page.waitForResponse(SENDING);
  const left = tab.page.waitForEvent("load");
  await hers.send(text);
  expect((await answer).status()).toBe(401);
  await left;

  await browser.assertIsJunhos(text);
  await browser.handBack();
  await browser.assertArrivedAsHers(text);
  other.assertNoProblems();
});

test("a page that connects again as somebody else gives way before it sends what waits", async ({ visit, chats }) => {
  test.slow();
  const browser = await OneBrowser.open(await visit(null), await chats("minji"), await chats("junho"));
  const { tab, hers, other } = browser;
  tab.tolerateBrokenNetwork();
  await browser.loseConnection();
  await tab.page.route(SENDING, (route) => route.abort("internetdisconnected"));
  const text = unique("끊긴 말");
  const failed = tab.page.waitForEvent("requestfailed", (request) => SENDING.test(request.url()));
  await hers.send(text);
  await failed;
  await expect(hers.pending).toContainText([text]);
  await tab.page.unroute(SENDING);
  let sent = 0;
  tab.page.on("request", (request) => (sent += Number(SENDING.test(request.url()))));
  const left = tab.page.waitForEvent("load");
  await browser.signIn("junho");
  await tab.page.evaluate(() => window.dispatchEvent(new Event("online")));
  await left;
  await browser.assertIsJunhos(text);
  expect(sent).toBe(0);
  await browser.handBack();
  await browser.assertArrivedAsHers(text);
  other.assertNoProblems();
});

test("signing in again as the same person leaves their other tab as it is", async ({ visit, chats }) => {
  const browser = await OneBrowser.open(await visit(null), await chats("minji"), await chats("junho"));
  const { tab, hers, other } = browser;
  const text = unique("이어서 쓰는 말");
  await hers.composer.fill(text);
  const stays = await tab.staysOnPage();
  const hellos = tab.frames.hellos;
  await browser.signIn("minji");
  await hers.composer.press("Enter");
  await browser.assertArrivedAsHers(text);
  expect(tab.frames.hellos, "the connection is the same").toBe(hellos);
  await stays();
  other.assertNoProblems();
});
