import { expect, test } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { MyReservationsPage } from "../pages/my-reservations";
import { TimelinePage } from "../pages/timeline";

test("a booking whose day is left while it is sent is made, and said wherever its person is then", async ({ visit, day, days }) => {
  // The day after is this test's too.
  const after = days.next();
  const minji = await visit("minji");
  const { page } = minji;
  const timeline = new TimelinePage(minji);
  const form = new BookingDialog(minji);
  // With keys, since the panel may stand over what leads away.
  const toNextDay = () => timeline.nextDay.press("Enter");
  const isOn = (path: string) => expect(page).toHaveURL((url) => url.pathname + url.search === path);
  const ways = [
    { title: "다른 쪽으로", from: "09:00", to: "10:00", go: () => page.locator(".side a[href='/my-reservations']").press("Enter"), path: "/my-reservations" },
    { title: "다른 날로", from: "11:00", to: "12:00", go: toNextDay, path: after.path },
    { title: "뒤로", from: "13:00", to: "14:00", go: () => page.goBack(), path: day.path },
  ];
  for (const { title, from, to, go, path } of ways) {
    await timeline.open(day);
    if (title === "뒤로") {
      await toNextDay();
      await isOn(after.path);
      await expect(timeline.block("다른 날로")).toHaveCount(0);
    }
    await timeline.select("백두산", from, to);
    await expect(form.title).toBeFocused();
    await form.title.fill(title);
    const letGo = await minji.hold(/\/fn\/book_room/);
    await form.submit.click();
    await expect(timeline.block(title)).toHaveAttribute("aria-busy", "true");
    await go();
    await isOn(path);
    await expect(timeline.block(title)).toHaveCount(0);
    letGo();
    await expect(timeline.toast(`${from}–${to}`)).toContainText(minji.t("booked"));
    await expect(page.locator("html[data-broken]")).toHaveCount(0);
    await timeline.open(title === "뒤로" ? after : day);
    await expect(timeline.blockAt(title, "백두산", from, to)).toBeVisible();
  }
});

test("the answer to a form that was left closes no other one", async ({ visit, day }) => {
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  const form = new BookingDialog(minji);
  await timeline.open(day);
  await timeline.select("백두산", "10:00", "11:00");
  await form.title.fill("첫째 모임");
  const letGo = await minji.hold(/\/fn\/book_room/);
  await form.submit.click();
  await expect(timeline.block("첫째 모임")).toHaveAttribute("aria-busy", "true");
  await minji.page.keyboard.press("Escape");
  await expect(form.dialog).toBeHidden();
  await timeline.select("설악산", "13:00", "14:00");
  await form.title.fill("둘째 모임");
  letGo();
  await expect(timeline.toast("10:00–11:00")).toBeVisible();
  await expect(form.title).toHaveValue("둘째 모임");
  await expect(timeline.drawn).toBeVisible();
  await form.submit.click();
  await expect(form.dialog).toBeHidden();
  await expect(timeline.blockAt("첫째 모임", "백두산", "10:00", "11:00")).toBeVisible();
  await expect(timeline.blockAt("둘째 모임", "설악산", "13:00", "14:00")).toBeVisible();
});

test("what a tab in the background has put off finds its day gone, and breaks nothing", async ({ visit }) => {
  const minji = await visit("minji");
  const { page } = minji;
  // What browsers do to a page that nobody looks at: its frames wait.
  await page.addInitScript(() => {
    const draw = window.requestAnimationFrame.bind(window);
    const waiting: FrameRequestCallback[] = [];
    const tab = {
      hidden: false,
      show: () => {
        tab.hidden = false;
        waiting.splice(0).forEach(draw);
      },
    };
    window.requestAnimationFrame = (act) => (tab.hidden ? waiting.push(act) : draw(act));
    Object.assign(window, { tab });
  });
  const mine = new MyReservationsPage(minji);
  await mine.open();
  await page.locator(".side a[href='/timeline']").click();
  await expect(new TimelinePage(minji).grid).toBeVisible();
  await page.locator("#keys-open").click();
  const keys = page.locator("#keys[open]");
  await expect(keys).toBeVisible();

  await page.evaluate(() => ((window as unknown as { tab: { hidden: boolean } }).tab.hidden = true));
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
  await page.goBack();
  await expect(mine.heading).toBeVisible();
  await page.evaluate(async () => {
    (window as unknown as { tab: { show: () => void } }).tab.show();
    await new Promise(requestAnimationFrame);
  });
  await expect(mine.heading).toBeFocused();
  await expect(page.locator("html[data-broken]")).toHaveCount(0);
});
