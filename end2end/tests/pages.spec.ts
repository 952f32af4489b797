import { assertAccessible } from "../accessibility";
import { expect, test } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { TimelinePage } from "../pages/timeline";

// Every test of the suite also fails on an error in the console, an uncaught exception, a violation of
// the Content-Security-Policy or a failed request: see Visitor.

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

test("on a desktop a page's parts scroll, and the page itself stays where it is", async ({ visit }) => {
  const admin = await visit("admin");
  // So low that every part holds more than is seen of it.
  await admin.page.setViewportSize({ width: 1440, height: 320 });
  for (const path of ["/", "/timeline", "/chat/제품-기획", "/notifications", "/timers", "/settings", "/admin/rooms", "/admin/announcements"]) {
    await admin.goto(path);
    await expect(admin.page.getByRole("main")).toBeVisible();
    await admin.page.evaluate(() => window.scrollTo(0, 1_000));
    expect(await admin.page.evaluate(() => [scrollY, scrollX]), path).toEqual([0, 0]);
  }
});

test("a page is complete without JavaScript", async ({ browser, server, sessions, api, day }) => {
  const minji = await api("minji");
  await minji.book(day, "백두산", "10:00", "11:00", "서버가 그린 회의");
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  await context.addCookies((await sessions.of("minji", "browser 1")).cookies);
  const page = await context.newPage();
  await page.goto(day.path);
  await expect(page.getByRole("button", { name: /^서버가 그린 회의,/ })).toBeVisible();
  await context.close();
});

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
