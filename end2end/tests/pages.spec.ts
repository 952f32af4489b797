import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, PHONE, test, type Theme } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { LoginPage } from "../pages/login";
import { MyReservationsPage } from "../pages/my-reservations";
import { ReservationDetails } from "../pages/reservation";
import { RoomsAdminPage } from "../pages/rooms-admin";
import { TimelinePage } from "../pages/timeline";

// Every test of the suite also fails on an error in the console, an uncaught exception, a violation of
// the Content-Security-Policy or a failed request: see Visitor.

for (const theme of ["light", "dark"] satisfies Theme[]) {
  test(`accessibility, ${theme}: login`, async ({ visit }) => {
    const visitor = await visit(null, { theme });
    visitor.tolerate(/\/fn\/log_in/);
    const login = new LoginPage(visitor);
    await login.open();
    await assertAccessible(visitor.page);
    await login.logIn("nobody@madang.test", "not-the-password");
    await expect(login.error).toBeFocused();
    await assertAccessible(visitor.page);
  });

  test(`accessibility, ${theme}: timeline and its panels`, async ({ visit, day, api }) => {
    const minji = await visit("minji", { theme });
    await (await api("minji")).book(day, "백두산", "10:00", "11:00", "내 회의");
    await (await api("junho")).book(day, "백두산", "12:00", "13:00", "비밀", { private: true });
    await (await api("junho")).book(day, "한라산", "12:00", "13:00", "승인을 기다림");
    const timeline = new TimelinePage(minji);
    await minji.goto("/timeline");
    await assertAccessible(minji.page);
    await timeline.open(day);
    await assertAccessible(minji.page);

    await timeline.select("설악산", "10:00", "11:00");
    const booking = new BookingDialog(minji);
    await expect(booking.title).toBeFocused();
    await assertAccessible(minji.page);
    await (await api("junho")).book(day, "설악산", "10:00", "11:00", "먼저 온 회의");
    await expect(booking.alternatives.first()).toBeVisible();
    await assertAccessible(minji.page);
    await booking.close.click();

    await timeline.block("내 회의").click();
    const details = new ReservationDetails(minji);
    await expect(details.title).toBeVisible();
    await assertAccessible(minji.page);
    await details.action("cancel_booking").click();
    await expect(details.confirmation).toBeVisible();
    await assertAccessible(minji.page);
    await minji.page.keyboard.press("Escape");
    await expect(details.confirmation).toBeHidden();
    await minji.page.keyboard.press("Escape");

    await timeline.liveMark.click();
    await expect(timeline.proof).toBeVisible();
    await assertAccessible(minji.page);
    await minji.page.keyboard.press("Escape");

    await minji.page.getByRole("button", { name: minji.t("keyboard_help") }).click();
    await expect(minji.page.getByRole("dialog", { name: minji.t("keys_title") })).toBeVisible();
    await assertAccessible(minji.page);
    await minji.page.keyboard.press("Escape");

    await timeline.userMenuButton.click();
    await assertAccessible(minji.page);
  });

  test(`accessibility, ${theme}: timeline on a phone`, async ({ visit, day }) => {
    const minji = await visit("minji", { theme, device: PHONE });
    const timeline = new TimelinePage(minji);
    await timeline.open(day);
    await assertAccessible(minji.page);
    await timeline.card("백두산").getByRole("button", { name: /백두산/ }).first().tap();
    await expect(new BookingDialog(minji).title).toBeVisible();
    await assertAccessible(minji.page);
  });

  test(`accessibility, ${theme}: my bookings, one booking, and what is not there`, async ({ visit, day, api }) => {
    const minji = await visit("minji", { theme });
    minji.tolerate(/: 404/, /: 403/);
    const booking = await (await api("minji")).book(day, "백두산", "10:00", "11:00", "내 회의");
    const mine = new MyReservationsPage(minji);
    await mine.open();
    await expect(mine.entry("내 회의").first()).toBeVisible();
    await assertAccessible(minji.page);
    await mine.open("past");
    await assertAccessible(minji.page);
    await minji.page.goto(`/reservations/${booking.id}`);
    await expect(minji.page.getByText("내 회의").first()).toBeVisible();
    await assertAccessible(minji.page);

    for (const [path, status, sentence] of [
      ["/no-such-page", 404, "페이지를 찾을 수 없습니다"],
      ["/reservations/999999", 404, /없습니다/],
      ["/admin/rooms", 403, "볼 수 있는 권한이 없습니다"],
    ] as const) {
      expect((await minji.page.goto(path))?.status(), path).toBe(status);
      await expect(minji.page.getByRole("main").getByText(sentence).first()).toBeVisible();
      await assertAccessible(minji.page);
    }
  });

  test(`accessibility, ${theme}: start page, bell, notifications, settings and announcements`, async ({ visit, day, api }) => {
    const ackOptions = [{ id: "in", label: "참석" }, { id: "home", label: "재택" }];
    const id = await (await api("admin")).announce({ message: "대피 훈련", level: "error", ackRequired: true, ackOptions });
    const admin = await visit("admin", { theme });
    await admin.goto("/");
    await (await api("minji")).book(day, "백두산", "10:00", "11:00", "알림");
    await expect(admin.page.locator(".bell-badge")).toBeVisible();
    await assertAccessible(admin.page);
    await admin.page.locator(".bell-btn").click();
    await expect(admin.page.locator("#bell")).toBeVisible();
    await assertAccessible(admin.page);
    for (const path of ["/notifications", "/approvals", "/settings", "/admin/announcements", `/admin/announcements?id=${id}`]) {
      await admin.goto(path);
      await assertAccessible(admin.page);
    }
    await (await api("admin")).callOff(id);
  });

  test(`accessibility, ${theme}: administration of rooms`, async ({ visit, day, api }) => {
    const name = `치악산 ${theme}`;
    await (await api("admin")).createRoom({ name, floor: "3층", capacity: 4 });
    await (await api("minji")).book(day, name, "10:00", "11:00", "치악산 회의");
    const admin = await visit("admin", { theme });
    admin.tolerate(/\/fn\/delete_room/);
    const rooms = new RoomsAdminPage(admin);
    await rooms.open();
    await assertAccessible(admin.page);
    await rooms.askToDelete(name);
    await assertAccessible(admin.page);
    await rooms.confirmDelete.click();
    await expect(rooms.futureBookings).toContainText("치악산 회의");
    await assertAccessible(admin.page);
  });
}

test("English and dark, from the server's first byte, and by the user menu", async ({ visit, day }) => {
  const minji = await visit("minji", { lang: "en", theme: "dark" });
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  const html = minji.page.locator("html");
  await expect(html).toHaveAttribute("lang", "en");
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect(minji.page.getByRole("heading", { level: 1 })).toHaveText(minji.t("timeline"));
  const brightness = await minji.page.evaluate(() => {
    const [red = 255, green = 255, blue = 255] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)?.map(Number) ?? [];
    return (red + green + blue) / 3;
  });
  expect(brightness, "a dark page").toBeLessThan(64);

  await timeline.select("백두산", "10:00", "11:00");
  const dialog = new BookingDialog(minji);
  await expect(dialog.submit).toHaveText(minji.t("book_room", "백두산"));
  await dialog.book("Planning");
  await expect(timeline.blockAt("Planning", "백두산", "10:00", "11:00")).toBeVisible();
  // Rooms and people keep their names; everything else is English.
  const korean = await minji.page.getByRole("toolbar").or(minji.page.locator(".toolbar")).first().innerText();
  expect(korean).not.toMatch(/[가-힣]/);
});

test("every icon that a page refers to exists", async ({ visit, request }) => {
  const sprite = await (await request.get("/icons.svg")).text();
  const known = new Set([...sprite.matchAll(/id="([^"]+)"/g)].map(([, id]) => id));
  const admin = await visit("admin");
  for (const path of ["/timeline", "/my-reservations", "/admin/rooms"]) {
    await admin.goto(path);
    const used = await admin.page.locator("use").evaluateAll((all) => all.map((use) => use.getAttribute("href")?.split("#")[1]));
    expect(used.filter((id) => !id || !known.has(id)), path).toEqual([]);
  }
});

test("a page is complete without JavaScript", async ({ browser, server, api, day }) => {
  const minji = await api("minji");
  await minji.book(day, "백두산", "10:00", "11:00", "서버가 그린 회의");
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  await context.request.post("/api/v1/auth/login", { data: { email: "minji@madang.test", password: "madang-demo" } });
  const page = await context.newPage();
  await page.goto(day.path);
  await expect(page.getByRole("button", { name: /^서버가 그린 회의,/ })).toBeVisible();
  await context.close();
});

/** Nothing serious or critical on what is shown now. */
async function assertAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join("\n  ")}`);
  expect(grave, `accessibility of ${page.url()}`).toEqual([]);
}

test("a page whose program has failed says so, and works again once it is reloaded", async ({ visit }) => {
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open();
  await minji.settled();
  const broken = minji.page.locator(".broken");
  await expect(broken).toBeHidden();
  // The part of the program that the next page needs does not come: there is no answer to that yet but this one.
  minji.tolerate(/panicked|unreachable|wasm|ERR_FAILED|Failed to fetch/);
  await minji.page.route(/\.wasm$/, (route) => route.abort());
  await minji.page.getByRole("link", { name: minji.t("timers"), exact: true }).filter({ visible: true }).click();
  await expect(broken).toBeVisible();
  await expect(broken).toHaveRole("alert");
  await expect(broken).toContainText(minji.t("broken_title"));
  await assertAccessible(minji.page);

  await minji.page.unroute(/\.wasm$/);
  const hellos = minji.frames.hellos;
  await broken.getByRole("link", { name: minji.t("reload") }).click();
  await minji.frames.connected(hellos);
  await expect(broken).toBeHidden();
  await expect(minji.page.getByRole("heading", { level: 1 })).toBeVisible();
});
