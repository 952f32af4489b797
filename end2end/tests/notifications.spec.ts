import { expect, test } from "../fixtures";
import { Bell } from "../pages/bell";
import { fakeSystemNotifications, lookAway, pressSystemNotification, systemNotifications } from "../system-notifications";
import { Visitor } from "../visitor";

test("a new booking by somebody else rings, the same in two tabs, and reading it there clears it here", async ({ visit, day, api }) => {
  await (await api("junho")).deleteNotifications();
  const junho = await visit("junho");
  await junho.goto("/timeline");
  const second = new Visitor(junho.context, await junho.context.newPage(), "ko");
  await second.goto("/my-reservations");
  const [here, there] = [new Bell(junho), new Bell(second)];
  for (const bell of [here, there]) await expect(bell.badge).toBeHidden();

  const minji = await api("minji");
  await minji.book(day, "백두산", "10:00", "11:00", "하나");
  await minji.book(day, "백두산", "11:00", "12:00", "둘");
  for (const bell of [here, there]) await expect(bell.badge).toHaveText("2");
  await (await api("junho")).book(day, "백두산", "12:00", "13:00", "내 회의");

  await here.open();
  await expect(here.panel.getByRole("heading")).toHaveText("알림 (2)");
  await expect(here.entries).toHaveCount(2);
  await expect(here.entries.first()).toContainText("새 예약");
  await expect(here.entries.first()).toContainText("백두산에 새로운 예약이 생성되었습니다.");
  await here.action("mark_all_read").click();
  for (const bell of [here, there]) await expect(bell.badge).toBeHidden();
  await expect(here.unread).toHaveCount(0);
  await expect(here.action("mark_all_read")).toBeDisabled();
  await here.action("delete_all").click();
  await expect(here.panel).toContainText("새로운 알림이 없습니다");
  second.assertNoProblems();
});

test("the bell is as good by keyboard", async ({ visit, day, api }) => {
  await (await api("junho")).deleteNotifications();
  const junho = await visit("junho");
  const minji = await api("minji");
  await junho.goto("/timeline");
  const bell = new Bell(junho);
  const attendeeIds = [(await api("junho")).user.id];
  await minji.book(day, "백두산", "10:00", "11:00", "함께", { attendeeIds, private: true });
  await minji.book(day, "설악산", "10:00", "11:00", "따로", { attendeeIds, private: true });
  await expect(bell.badge).toHaveText("2");
  await bell.button.focus();
  await junho.page.keyboard.press("Enter");
  await expect(bell.panel).toBeVisible();
  await bell.entry("함께").locator(".entry").focus();
  await junho.page.keyboard.press("Delete");
  await expect(bell.entry("함께")).toHaveCount(0);
  await junho.page.keyboard.press("Escape");
  await expect(bell.panel).toBeHidden();
  await expect(bell.button).toBeFocused();
  await junho.page.keyboard.press("Enter");
  await bell.entry("따로").locator(".entry").focus();
  await junho.page.keyboard.press("Enter");
  await expect(junho.page).toHaveURL(/\/reservations\/\d+$/);
  await expect(new Bell(junho).badge).toBeHidden();
});

test("what others change while the pointer is in the bell waits behind a chip, and what is done there acts at once", async ({ visit, day, api }) => {
  await (await api("junho")).deleteNotifications();
  const junho = await visit("junho");
  const minji = await api("minji");
  await junho.goto("/timeline");
  const bell = new Bell(junho);
  await minji.book(day, "백두산", "10:00", "11:00", "하나");
  await minji.book(day, "설악산", "10:00", "11:00", "둘");
  await expect(bell.badge).toHaveText("2");
  await bell.open();
  await expect(bell.entries).toHaveCount(2);
  await bell.entry("설악산").hover();
  const before = await bell.entry("설악산").boundingBox();

  await minji.book(day, "지리산", "10:00", "11:00", "셋");
  await expect(bell.chip).toHaveText("새 항목 1개");
  await expect(bell.entries).toHaveCount(2);
  expect(await bell.entry("설악산").boundingBox(), "nothing has moved").toEqual(before);

  await bell.entry("설악산").locator(".entry").focus();
  await junho.page.keyboard.press("Delete");
  await expect(bell.entry("설악산")).toHaveCount(0);
  await expect(bell.entry("지리산")).toHaveCount(0);
  await expect(bell.chip).toHaveText("새 항목 1개");
  await bell.chip.click();
  await expect(bell.entry("지리산")).toBeVisible();
  await expect(bell.chip).toHaveCount(0);

  // Taken off on another device.
  await bell.entry("지리산").hover();
  await (await api("junho")).deleteNotifications();
  await expect(bell.chip).toHaveText(junho.t("show_changes"));
  await expect(bell.entries).toHaveCount(2);
  await bell.chip.click();
  await expect(bell.panel).toContainText("새로운 알림이 없습니다");
});

test("the page filters, archives with a way back, and deletes", async ({ visit, day, api }) => {
  const seoyeon = await visit("seoyeon");
  await (await api("seoyeon")).deleteNotifications();
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "보관할 것");
  await seoyeon.goto("/notifications");
  const rows = seoyeon.page.locator(".notes > .entry");
  await expect(rows).toHaveCount(1);
  await rows.getByRole("button", { name: seoyeon.t("archive_it"), exact: true }).click();
  await expect(rows).toHaveCount(0);
  await seoyeon.page.getByRole("button", { name: seoyeon.t("undo") }).click();
  await expect(rows).toHaveCount(1);
  await rows.getByRole("button", { name: seoyeon.t("archive_it"), exact: true }).click();
  await seoyeon.page.getByRole("link", { name: seoyeon.t("filter_archived") }).click();
  await expect(rows).toHaveCount(1);
  await rows.getByRole("button", { name: seoyeon.t("delete") }).click();
  await expect(rows).toHaveCount(0);
});

test("the browser is asked by a button only, and its state is told", async ({ visit }) => {
  const asked = await visit("doyun");
  await fakeSystemNotifications(asked.page, "default");
  await asked.goto("/settings");
  // The bell has such a card too.
  const card = (visitor: Visitor) => visitor.page.locator("#notifications");
  await expect(card(asked).getByText(asked.t("browser_off_title"))).toBeVisible();
  await card(asked).getByRole("button", { name: asked.t("browser_turn_on") }).click();
  await expect(card(asked).getByText(asked.t("browser_granted"), { exact: true })).toBeVisible();
  await card(asked).getByRole("button", { name: asked.t("browser_test"), exact: true }).click();
  await expect.poll(() => systemNotifications(asked.page)).toEqual([
    { title: asked.t("browser_test_title"), body: asked.t("browser_test_text"), icon: "/icon-192x192.png" },
  ]);

  const granted = await visit("doyun");
  await fakeSystemNotifications(granted.page, "granted");
  await granted.goto("/settings");
  await expect(card(granted).getByText(granted.t("browser_granted"), { exact: true })).toBeVisible();

  const blocked = await visit("doyun");
  await fakeSystemNotifications(blocked.page, "denied");
  await blocked.goto("/settings");
  await expect(card(blocked).getByText(blocked.t("browser_blocked_text"))).toBeVisible();
});

test("one system notification over all tabs, and none while somebody looks", async ({ visit, day, api }) => {
  const junho = await visit("junho");
  await fakeSystemNotifications(junho.page, "granted");
  await junho.goto("/timeline");
  const second = new Visitor(junho.context, await junho.context.newPage(), "ko");
  await fakeSystemNotifications(second.page, "granted");
  await second.goto("/timeline");
  const minji = await api("minji");
  const attendeeIds = [(await api("junho")).user.id];
  for (const page of [junho.page, second.page]) await lookAway(page);
  await minji.book(day, "백두산", "10:00", "11:00", "알려 주세요", { attendeeIds, private: true });
  const all = async () => [...(await systemNotifications(junho.page)), ...(await systemNotifications(second.page))];
  await expect.poll(all).toHaveLength(1);
  expect((await all())[0]).toMatchObject({ title: "회의 초대" });

  await second.page.evaluate(() => {
    document.hasFocus = () => true;
    window.dispatchEvent(new Event("focus"));
  });
  await minji.book(day, "백두산", "11:00", "12:00", "보고 있어요", { attendeeIds, private: true });
  for (const page of [junho.page, second.page]) {
    await expect(page.locator(".bell-list")).toContainText("보고 있어요", { useInnerText: false });
  }
  expect(await all()).toHaveLength(1);
});

test("a press on a system notification opens what it is about", async ({ visit, day, api }) => {
  const junho = await visit("junho");
  await fakeSystemNotifications(junho.page, "granted");
  await junho.goto("/timeline");
  await lookAway(junho.page);
  await junho.page.evaluate(() => {
    window.focus = () => sessionStorage.setItem("brought", "to the front");
  });
  const attendeeIds = [(await api("junho")).user.id];
  const booking = await (await api("minji")).book(day, "백두산", "10:00", "11:00", "누르면", { attendeeIds, private: true });
  await expect.poll(() => systemNotifications(junho.page)).toHaveLength(1);
  await pressSystemNotification(junho.page);
  await expect(junho.page).toHaveURL(new RegExp(`/reservations/${booking.id}$`));
  expect(await junho.page.evaluate(() => sessionStorage.getItem("brought"))).toBe("to the front");
});

test("a browser without notifications says so, and is asked nothing", async ({ visit }) => {
  const doyun = await visit("doyun");
  await doyun.page.addInitScript(() => Reflect.deleteProperty(window, "Notification"));
  await doyun.goto("/settings");
  const card = doyun.page.locator("#notifications");
  await expect(card.getByText(doyun.t("browser_unsupported"), { exact: true })).toBeVisible();
  await expect(card.getByRole("button", { name: doyun.t("browser_turn_on") })).toHaveCount(0);
});

test("a bell that was offline is right again once it is connected", async ({ visit, day, api }) => {
  await (await api("junho")).deleteNotifications();
  const junho = await visit("junho");
  junho.tolerateBrokenNetwork();
  await junho.goto("/timeline");
  const bell = new Bell(junho);
  const hellos = junho.frames.hellos;
  await junho.settled();
  await junho.context.setOffline(true);
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "무슨 일");
  await expect(bell.badge).toBeHidden();
  await junho.context.setOffline(false);
  await junho.frames.connected(hellos);
  await expect(bell.badge).toHaveText("1");
});

test("what is switched off does not ring, and the settings say why", async ({ visit, day, api }) => {
  const seoyeon = await visit("seoyeon");
  await seoyeon.goto("/settings");
  const cell = seoyeon.page.getByRole("switch", { name: `${seoyeon.t("category_invitations")} · ${seoyeon.t("channel_in_app")}` });
  await cell.uncheck();
  await expect(seoyeon.page.getByText(seoyeon.t("settings_saved")).first()).toBeVisible();
  const attendeeIds = [(await api("seoyeon")).user.id];
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "조용한 초대", { attendeeIds, private: true });
  await seoyeon.goto("/settings");
  const why = seoyeon.page.locator(".why > li").filter({ hasText: "조용한 초대" });
  await expect(why).toContainText(seoyeon.t("reason_switched_off"));
  const bell = new Bell(seoyeon);
  await bell.open();
  await expect(bell.entry("조용한 초대")).toHaveCount(0);
  await seoyeon.page.keyboard.press("Escape");
  await cell.check();
  await expect(seoyeon.page.getByText(seoyeon.t("settings_saved")).first()).toBeVisible();
});
