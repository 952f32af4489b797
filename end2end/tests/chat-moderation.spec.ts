import { expect, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { ChatAdminPage } from "../pages/chat-admin";
import { unique } from "../unique";

test("an admin deletes a message with a reason, everybody sees it go, and it is noted", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("다투는 방");
  const room = await minji.make({ name, kind: "channel" }, [junho]);
  await junho.say(room, "무례한 말");
  await minji.say(room, "그만하세요");

  const reader = await visit("minji");
  const hers = new ChatPage(reader);
  await hers.open(room.slug);
  await expect(hers.message("무례한 말")).toBeVisible();

  const admin = await visit("admin");
  const moderation = new ChatAdminPage(admin);
  await moderation.review(name);
  const { drawer } = moderation;
  await expect(drawer.locator(".review-messages")).toContainText("무례한 말");
  await drawer.getByRole("button", { name: admin.t("chat_delete_of", "박준호") }).click();
  await admin.page.locator("#chat-deed-reason").fill("x".repeat(201));
  const ask = admin.page.locator("#chat-deed");
  await ask.getByRole("button", { name: admin.t("delete"), exact: true }).click();
  await expect(ask.getByRole("alert")).toBeVisible();
  admin.tolerate(/delete_chat_message: 422/);
  const reason = unique("욕설");
  await admin.page.locator("#chat-deed-reason").fill(reason);
  await ask.getByRole("button", { name: admin.t("delete"), exact: true }).click();
  await expect(hers.message("무례한 말")).toHaveCount(0);
  await expect(hers.log).toContainText(reader.t("chat_deleted"));

  await drawer.getByRole("button", { name: admin.t("chat_said_before") }).click();
  await expect(drawer.locator(".review-before")).toHaveText("무례한 말");
  await admin.page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
  await admin.page.getByRole("link", { name: admin.t("chat_admin_notes") }).click();
  const note = admin.page.getByRole("row").filter({ hasText: reason });
  await expect(note).toContainText(admin.t("chat_did_delete"));
  await expect(note).toContainText("박준호");
});

test("a removed member loses the room at once", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("나가는 방");
  const room = await minji.make({ name, kind: "channel" }, [junho]);
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  const admin = await visit("admin");
  const moderation = new ChatAdminPage(admin);
  await moderation.review(name);
  const { drawer } = moderation;
  await drawer.getByRole("button", { name: admin.t("chat_manage_member", "박준호") }).click();
  const ask = admin.page.locator("#chat-discipline");
  await ask.getByLabel(admin.t("chat_measure")).selectOption({ label: admin.t("chat_remove") });
  const reason = unique("도배");
  await ask.getByLabel(admin.t("chat_reason")).fill(reason);
  await ask.getByRole("button", { name: admin.t("chat_remove"), exact: true }).click();
  await expect(visitor.page.locator(".chat-closed")).toContainText(visitor.t("chat_not_member"));
  await expect(his.room(name)).toHaveCount(0);
  await expect(his.composer).toHaveCount(0);
  const kept = visitor.frames.text.length;
  await minji.say(room, "이제 못 봅니다");
  await expect(drawer.locator(".chat-members li")).toHaveCount(1);
  expect(visitor.frames.text.slice(kept)).not.toContain("이제 못 봅니다");
  // Why, in the bell.
  await visitor.goto("/notifications");
  await expect(visitor.page.getByRole("main").getByText(reason)).toBeVisible();
});

test("whoever may not write reads on and sees why, until it is lifted", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("조용한 방");
  const room = await minji.make({ name, kind: "channel" }, [junho]);
  const visitor = await visit("junho");
  const his = new ChatPage(visitor);
  await his.open(room.slug);
  await his.composer.fill("쓰다 만 글");

  const owner = await visit("minji");
  const hers = new ChatPage(owner);
  await hers.open(room.slug);
  await owner.page.getByRole("button", { name: owner.t("chat_room_menu") }).click();
  await owner.page.getByRole("menuitem", { name: owner.t("chat_members") }).click();
  const manage = owner.page.getByRole("button", { name: owner.t("chat_manage_member", "박준호") });
  const ask = owner.page.locator("#chat-discipline");
  await manage.focus();
  await manage.press("Enter");
  await ask.getByLabel(owner.t("chat_reason")).fill("욕설");
  await ask.getByRole("button", { name: owner.t("chat_bar_hour"), exact: true }).click();
  await expect(ask).toBeHidden();
  await expect(manage).toBeFocused();
  const row = owner.page.locator(".chat-members li").filter({ hasText: "박준호" });
  await expect(row).toContainText(owner.t("told_barred"));

  const closed = visitor.page.locator(".chat-closed");
  await expect(closed).toContainText(visitor.t("chat_barred"));
  await expect(closed).toContainText(visitor.t("told_reason", "욕설"));
  await expect(his.composer).toHaveCount(0);
  await minji.say(room, "계속 읽으세요");
  await expect(his.message("계속 읽으세요")).toBeVisible();

  await manage.click();
  await ask.getByRole("button", { name: owner.t("chat_bar_off"), exact: true }).click();
  await expect(his.composer).toHaveValue("쓰다 만 글");
  await expect(row).not.toContainText(owner.t("told_barred"));
});

test("an archived room is read and no longer written, until it is opened again", async ({ visit, chats }) => {
  const minji = await chats("minji");
  const name = unique("닫는 방");
  const room = await minji.make({ name, kind: "channel" });
  const said = await minji.say(room, "남아 있는 말");
  const visitor = await visit("minji");
  const hers = new ChatPage(visitor);
  await hers.open(room.slug);
  await hers.message("남아 있는 말").hover();
  const reply = hers.message("남아 있는 말").getByRole("button", { name: visitor.t("chat_reply"), exact: true });
  await expect(reply).toBeVisible();
  await hers.react("남아 있는 말", "👍");
  await expect(hers.reaction("남아 있는 말", "👍")).toBeEnabled();
  await hers.tool("남아 있는 말", "chat_thread");
  await expect(visitor.page.locator("#thread-composer")).toBeVisible();
  const admin = await visit("admin");
  const moderation = new ChatAdminPage(admin);
  await moderation.review(name);
  const { drawer } = moderation;
  await drawer.getByRole("button", { name: admin.t("chat_archive") }).click();
  await expect(visitor.page.locator(".chat-closed")).toContainText([visitor.t("chat_archived"), visitor.t("chat_archived")]);
  // Nor is anything offered that would write; in the thread beside it neither.
  await expect(visitor.page.locator("#thread-composer")).toHaveCount(0);
  await hers.message("남아 있는 말").hover();
  await expect(hers.log.locator(`.msg[data-seq="${said.seq}"]`).getByRole("toolbar")).toBeVisible();
  await expect(reply).toHaveCount(0);
  const react = hers.message("남아 있는 말").getByRole("button", { name: visitor.t("chat_react"), exact: true });
  await expect(react).toHaveCount(0);
  await expect(hers.reaction("남아 있는 말", "👍")).toBeDisabled();
  await drawer.getByRole("button", { name: admin.t("chat_reopen") }).click();
  await expect(hers.composer).toBeVisible();
});

test("the review leads to a channel that the admin is not in, to come in there", async ({ visit, chats }) => {
  const name = unique("들어갈 방");
  await (await chats("minji")).make({ name, kind: "channel" }, []);
  const admin = await visit("admin");
  const moderation = new ChatAdminPage(admin);
  await moderation.review(name);
  const { drawer } = moderation;
  await drawer.getByRole("link", { name: admin.t("chat_open_room") }).click();
  await admin.page.getByRole("button", { name: admin.t("chat_join"), exact: true }).click();
  await expect(new ChatPage(admin).composer).toBeVisible();
});

test("the review shows where a file lies, be it an upload or not", async ({ visit, chats }) => {
  const junho = await chats("junho");
  const name = unique("파일 방");
  const room = await junho.make({ name, kind: "channel" });
  const elsewhere = "https://files.example.com/보고서.pdf";
  await junho.link(room, elsewhere);
  const author = await visit("junho");
  const his = new ChatPage(author);
  await his.open(room.slug);
  const file = { name: "무례한 글.txt", mimeType: "text/plain", buffer: Buffer.from("무례한 글") };
  await author.page.locator("#composer-files").setInputFiles(file);
  await his.composer.press("Enter");
  await expect(his.log.getByRole("link", { name: file.name })).toBeVisible();

  const admin = await visit("admin");
  const moderation = new ChatAdminPage(admin);
  await moderation.review(name);
  const files = moderation.drawer.locator(".review-messages").getByRole("link");
  await expect(files).toHaveText([file.name, elsewhere]);
  await expect(files.last()).toHaveAttribute("href", elsewhere);
  const opened = await admin.page.request.get((await files.first().getAttribute("href"))!);
  expect(await opened.text()).toBe("무례한 글");
});

test("the owner takes the history away, others do not", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("기록 방"), kind: "private" }, [junho]);
  await junho.say(room, "남는 말");
  for (const [person, may] of [["minji", true], ["junho", false]] as const) {
    const visitor = await visit(person);
    await new ChatPage(visitor).open(room.slug);
    await visitor.page.getByRole("button", { name: visitor.t("chat_room_menu") }).click();
    const link = (format: string) => visitor.page.getByRole("menuitem", { name: visitor.t(`chat_export_${format}`) });
    await expect(visitor.page.getByRole("menuitem", { name: visitor.t("chat_members") })).toBeVisible();
    for (const format of ["text", "json"]) await expect(link(format)).toHaveCount(may ? 1 : 0);
    if (!may) continue;
    const take = async (format: string) => {
      const [download] = await Promise.all([visitor.page.waitForEvent("download"), link(format).click()]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    };
    expect(await take("text")).toContain("박준호: 남는 말");
    if (!(await link("json").isVisible())) {
      await visitor.page.getByRole("button", { name: visitor.t("chat_room_menu") }).click();
    }
    expect(JSON.parse(await take("json"))).toMatchObject([{ message: "남는 말", user: { name: "박준호" }, seq: 1 }]);
  }
});

test("what is done in a private room stands beside it for its owner, and for admins without its name", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const name = unique("비밀 방");
  const room = await minji.make({ name, kind: "private" }, [junho]);
  const rude = await junho.say(room, "무례한 말");
  const owner = await visit("minji");
  await new ChatPage(owner).open(room.slug);
  await owner.page.getByRole("button", { name: owner.t("chat_room_menu") }).click();
  await owner.page.getByRole("menuitem", { name: owner.t("chat_admin_notes") }).click();
  const beside = owner.page.locator(".chat-beside");
  await expect(beside).toContainText(owner.t("chat_admin_no_notes"));
  await minji.delete(rude);
  await expect(beside.getByRole("listitem")).toHaveCount(1);
  await expect(beside.getByRole("listitem")).toContainText(owner.t("chat_did_delete"));
  await expect(beside.getByRole("listitem")).toContainText("박준호");

  const member = await visit("junho");
  await new ChatPage(member).open(room.slug);
  await member.page.getByRole("button", { name: member.t("chat_room_menu") }).click();
  await expect(member.page.getByRole("menuitem", { name: member.t("chat_members") })).toBeVisible();
  await expect(member.page.getByRole("menuitem", { name: member.t("chat_admin_notes") })).toHaveCount(0);

  const admin = await visit("admin");
  await admin.goto("/admin/chat?tab=notes");
  const rows = admin.page.getByRole("row").filter({ hasText: admin.t("chat_admin_unnamed") });
  const deed = rows.filter({ hasText: admin.t("chat_did_delete") }).filter({ hasText: "박준호" });
  await expect(deed.first()).toBeVisible();
  await expect(admin.page.getByText(name)).toHaveCount(0);
});

test("only admins come to the page, and who writes where stands there", async ({ visit, chats }) => {
  const minji = await visit("minji");
  minji.tolerate(/\/admin\/chat: 403/);
  await minji.page.goto("/admin/chat");
  await expect(minji.page.getByText(minji.t("forbidden_title")).first()).toBeVisible();

  const name = unique("쓰는 방");
  const writer = await chats("seoyeon");
  const room = await writer.make({ name, kind: "channel" });
  await writer.say(room, "<b>굵게</b> 아님 <script>alert(1)</script>");
  const admin = await visit("admin");
  await admin.goto("/admin/chat?tab=people");
  const row = admin.page.getByRole("row").filter({ hasText: "seoyeon@madang.test" });
  await expect(row).toContainText(admin.t("chat_written_in", name, 1));
  await expect(row).toContainText("<script>alert(1)</script>");
});

test("an answer that comes late closes the question that it is about, and no later one", async ({ visit, chats }) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await minji.make({ name: unique("느린 방"), kind: "channel" }, [junho]);
  await minji.say(room, "하나");
  await minji.say(room, "둘");
  const owner = await visit("minji");
  const hers = new ChatPage(owner);
  await hers.open(room.slug);
  const ask = owner.page.locator("#chat-ask");
  const confirm = ask.getByRole("button", { name: owner.t("delete"), exact: true });
  const letGo = await owner.hold(/\/fn\/delete_chat_message/);

  await hers.more("하나", "delete");
  await confirm.click();
  await owner.page.keyboard.press("Escape");
  await expect(ask).toBeHidden();
  await hers.more("둘", "delete");
  await expect(ask).toBeVisible();
  const answered = owner.page.waitForResponse(/\/fn\/delete_chat_message/);
  letGo();
  await (await answered).finished();
  await expect(hers.message("하나")).toHaveCount(0);
  await expect(confirm).not.toHaveAttribute("aria-busy", "true");
  await expect(ask).toBeVisible();
  await owner.page.keyboard.press("Escape");
  await expect(hers.message("둘")).toBeVisible();
});
