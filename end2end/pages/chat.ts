import { expect, type Locator } from "@playwright/test";
import type { Visitor } from "../visitor";
import { Frame } from "./frame";

/** The list of rooms and an open room. */
export class ChatPage extends Frame {
  readonly log: Locator;
  readonly composer: Locator;
  readonly beside: Locator;
  readonly pending: Locator;

  constructor(private readonly visitor: Visitor) {
    super(visitor);
    this.log = this.page.locator("#chat-log");
    this.composer = this.page.locator("#composer");
    this.beside = this.page.locator(".chat-beside");
    this.pending = this.log.locator(".msg.pending:not(.is-sent)");
  }

  async open(slug: string): Promise<void> {
    await this.visitor.goto(`/chat/${slug}`);
    await expect(this.composer).toBeVisible();
  }

  /** A message that has arrived. */
  message(text: string): Locator {
    // By what it says itself: an answer has the words of another one too.
    const own = this.page.locator(".msg-text, .msg-file", { hasText: text });
    return this.log.locator(".msg[data-seq]").filter({ has: own });
  }

  /** What the messages say, in order. */
  async texts(): Promise<string[]> {
    return this.log.locator(".msg[data-seq] .msg-text").allInnerTexts();
  }

  async send(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press("Enter");
    await expect(this.composer).toHaveValue("");
  }

  /** Opens the search beside the room and looks for something. */
  async search(words: string): Promise<void> {
    if (!(await this.searchField.isVisible())) {
      await this.page.locator(".chat-main .chat-head").getByRole("button", { name: this.t("chat_search") }).click();
    }
    await this.searchField.fill(words);
    await this.searchField.press("Enter");
  }

  get searchField(): Locator {
    return this.page.locator("#chat-search");
  }

  /** A message that was found. */
  hit(text: string): Locator {
    return this.beside.locator(".chat-hits li").filter({ hasText: text });
  }

  /** Opens a message's tools and presses one that is a button. */
  async tool(text: string, key: string): Promise<void> {
    await this.message(text).hover();
    await this.message(text).getByRole("button", { name: this.t(key), exact: true }).click();
  }

  /** Chooses from a message's menu. */
  async more(text: string, key: string): Promise<void> {
    await this.tool(text, "more");
    await this.page.locator("#message-tools").getByRole("menuitem", { name: this.t(key) }).click();
  }

  /** Chooses from the room's menu. */
  async inRoom(key: string): Promise<void> {
    await this.page.getByRole("button", { name: this.t("chat_room_menu") }).click();
    await this.page.locator("#room-menu").getByRole("menuitem", { name: this.t(key) }).click();
  }

  async react(text: string, emoji: string): Promise<void> {
    await this.tool(text, "chat_react");
    await this.page.locator("#emojis").getByRole("menuitem", { name: emoji }).click();
  }

  reaction(text: string, emoji: string): Locator {
    return this.message(text).locator(".reaction").filter({ hasText: emoji });
  }

  /** How many have not read a message; absent when all have. */
  unreadBy(text: string): Locator {
    return this.message(text).locator(".msg-unread");
  }

  /** Who is writing. */
  get typing(): Locator {
    return this.page.locator(".chat-typing");
  }

  /** Where rooms are looked for by their names. */
  get find(): Locator {
    return this.page.locator(".chat-find input");
  }

  /** A room in the list. */
  room(name: string): Locator {
    return this.page.locator(".room-link").filter({ hasText: name });
  }

  /** The number in the menu. */
  get menuCount(): Locator {
    return this.page.locator(".nav-link[href='/chat'] .nav-count");
  }
}
