import { expect, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { unique } from "../unique";

test("the list says in words where the other person is, and follows them", async ({ visit, api }) => {
  test.slow();
  const [hers, his] = [await api("minji"), await api("doyun")];
  await (await api("admin")).cancelMeetingsOf(his.user);
  await hers.createChat({ kind: "direct", memberIds: [his.user.id] });
  const minji = await visit("minji");
  await minji.goto("/chat");
  const row = new ChatPage(minji).room("최도윤");
  const [place, disc] = [row.locator(".room-end"), row.locator(".disc")];
  const stays = await minji.staysOnPage();
  // For ten seconds a reload is no departure.
  await expect(place).toHaveText(minji.t("disconnected"), { timeout: 20_000 });

  const doyun = await visit("doyun");
  await doyun.page.clock.install();
  await doyun.goto("/my-reservations");
  await expect(disc).toHaveClass("disc online");
  await expect(place).toHaveText("");

  const timer = await his.startTimer({ allocatedDuration: 600, kind: "focus" });
  await expect(place).toHaveText(minji.t("person_focusing"));
  await expect(disc).toHaveClass("disc focusing");
  await his.stopTimer(timer.id);
  await expect(place).toHaveText("");

  // Five minutes without a hand on the mouse or the keys.
  await doyun.page.clock.fastForward(6 * 60_000);
  await expect(place).toHaveText(minji.t("person_away"));
  await doyun.page.mouse.move(200, 200);
  await expect(place).toHaveText("");

  await doyun.page.close();
  await expect(place).toHaveText(minji.t("disconnected"), { timeout: 20_000 });
  await stays();
});

test("where the other person is can be heard beside what is unread", async ({ visit, api, chats }) => {
  const his = await chats("seoyeon");
  const room = await (await api("minji")).createChat({ kind: "direct", memberIds: [his.user.id] });
  const minji = await visit("minji");
  await minji.goto("/chat");
  const row = new ChatPage(minji).room("이서연");
  await his.say({ id: room }, unique("읽어 주세요"));
  await expect(row).toContainText(minji.t("chat_unread", 1));
  await expect(row).toContainText(minji.t("disconnected"), { timeout: 20_000 });
  const seoyeon = await visit("seoyeon");
  await seoyeon.goto("/my-reservations");
  await expect(row).not.toContainText(minji.t("disconnected"));
  await expect(row).toContainText(minji.t("chat_unread", 1));
});

test("a channel is joined from its address; who owns it invites, gives rights and takes people out", async ({
  visit,
  chats,
}) => {
  const minji = await chats("minji");
  const name = unique("열린 방");
  const room = await minji.make({ name, kind: "channel" });
  await minji.say(room, "먼저 있던 말");
  const [owner, comer, guest] = [await visit("minji"), await visit("doyun"), await visit("junho")];
  const [hers, third, his] = [new ChatPage(owner), new ChatPage(comer), new ChatPage(guest)];
  await hers.open(room.slug);
  await hers.inRoom("chat_members");
  const members = hers.beside.locator(".chat-members li");
  await expect(members).toHaveCount(1);

  await comer.goto(`/chat/${room.slug}`);
  await expect(comer.page.getByText("먼저 있던 말")).toHaveCount(0);
  await comer.page.getByRole("button", { name: comer.t("chat_join") }).click();
  await expect(third.message("먼저 있던 말")).toBeVisible();
  await expect(members.filter({ hasText: "최도윤" })).toBeVisible();

  await guest.goto("/chat");
  await owner.page.locator("#chat-invite").fill("준호");
  await owner.page.locator("#chat-invite").press("Enter");
  await hers.beside.getByRole("button", { name: owner.t("chat_invite_them"), exact: true }).press("Enter");
  await expect(members).toHaveCount(3);
  await his.room(name).click();
  await expect(his.message("먼저 있던 말")).toBeVisible();

  await members.filter({ hasText: "박준호" }).getByRole("button", { name: owner.t("chat_make_admin") }).click();
  await his.inRoom("chat_members");
  const row = his.beside.locator(".chat-members li");
  await expect(row.filter({ hasText: "박준호" })).toContainText(guest.t("chat_admin"));
  // He is above members now, and not above the owner.
  await expect(guest.page.getByRole("button", { name: guest.t("chat_manage_member", "김민지") })).toHaveCount(0);
  await guest.page.getByRole("button", { name: guest.t("chat_manage_member", "최도윤") }).click();
  const ask = guest.page.locator("#chat-discipline");
  await ask.getByLabel(guest.t("chat_measure")).selectOption({ label: guest.t("chat_remove") });
  await ask.getByRole("button", { name: guest.t("chat_remove"), exact: true }).click();
  await expect(comer.page.locator(".chat-closed")).toContainText(comer.t("chat_not_member"));
  await expect(members).toHaveCount(2);

  // Let in again, they go on in the page that they have open, with what was said meanwhile.
  await minji.say(room, "그사이에 한 말");
  await minji.add(room, await chats("doyun"));
  await expect(third.message("그사이에 한 말")).toBeVisible();
  await third.send("다시 왔어요");
  await expect(hers.message("다시 왔어요")).toBeVisible();
});

test("a conversation of two is begun from the list, and is one for both", async ({ visit }) => {
  const [seoyeon, doyun] = [await visit("seoyeon"), await visit("doyun")];
  const [hers, his] = [new ChatPage(seoyeon), new ChatPage(doyun)];
  await seoyeon.goto("/chat");
  await doyun.goto("/chat");
  const begin = async (visitor: typeof seoyeon, name: string) => {
    await visitor.page.getByRole("button", { name: visitor.t("chat_new_direct") }).click();
    await visitor.page.locator("#direct-person").fill(name);
    await visitor.page.locator("#direct-person").press("Enter");
    await visitor.page.locator("#make-room").getByRole("button", { name: visitor.t("chat_begin") }).click();
  };
  await begin(seoyeon, "도윤");
  await expect(seoyeon.page.getByRole("heading", { name: "최도윤" })).toBeVisible();
  const text = unique("둘이서만");
  await hers.send(text);
  await expect(his.room("이서연")).toContainText(doyun.t("chat_unread", 1));
  await begin(doyun, "서연");
  await expect(his.message(text)).toBeVisible();
  await expect(his.room("이서연")).toHaveCount(1);
  // The list is looked through by name.
  await doyun.page.getByRole("searchbox", { name: doyun.t("chat_find_room") }).fill("서연");
  await expect(doyun.page.locator(".room-link")).toHaveCount(1);
  await expect(his.room("이서연")).toBeVisible();
});
