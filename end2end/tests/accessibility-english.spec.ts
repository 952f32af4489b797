import { assertAccessible } from "../accessibility";
import { expect, PHONE, test } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { LoginPage } from "../pages/login";
import { ReservationDetails } from "../pages/reservation";
import { TimelinePage } from "../pages/timeline";

// Names and layout follow the language; colours do not.
const look = { schemes: ["light"] } as const;

test("accessibility: every page in English", async ({ visit, day, api }) => {
  test.slow();
  const booking = await (await api("admin")).book(day, "백두산", "10:00", "11:00", "Planning");
  // Who sees most.
  const admin = await visit("admin", { lang: "en" });
  for (const path of [
    "/",
    "/my-reservations",
    `/reservations/${booking.id}`,
    "/approvals",
    "/chat/전사-공지",
    "/notifications",
    "/settings",
    "/admin/rooms?room=new",
    "/admin/announcements",
    "/admin/chat",
  ]) {
    await admin.goto(path);
    await expect(admin.page.getByRole("main")).toBeVisible();
    await assertAccessible(admin.page, look);
  }
});

test("accessibility: the timeline and its panels in English", async ({ visit, day, api }) => {
  test.slow();
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "Planning");
  const minji = await visit("minji", { lang: "en" });
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.select("설악산", "10:00", "11:00");
  const form = new BookingDialog(minji);
  await expect(form.title).toBeFocused();
  await form.submit.click();
  await expect(form.title).toHaveAttribute("aria-invalid", "true");
  await assertAccessible(minji.page, look);
  await form.close.click();

  await timeline.block("Planning").click();
  const details = new ReservationDetails(minji);
  await expect(details.title).toBeVisible();
  await assertAccessible(minji.page, look);
  await minji.page.keyboard.press("Escape");

  await minji.page.getByRole("button", { name: minji.t("keyboard_help") }).click();
  await expect(minji.page.getByRole("dialog", { name: minji.t("keys_title") })).toBeVisible();
  await assertAccessible(minji.page, look);
  await minji.page.keyboard.press("Escape");
  await timeline.userMenuButton.click();
  await assertAccessible(minji.page, look);
});

test("accessibility: English on a phone, of which no page is wider than it", async ({ visit, day, api }) => {
  test.slow();
  await (await api("junho")).book(day, "오대산", "10:00", "11:00", "Planning");
  const stranger = await visit(null, { lang: "en", device: PHONE });
  await new LoginPage(stranger).open();
  await assertAccessible(stranger.page, look);
  await stranger.assertFits();

  const junho = await visit("junho", { lang: "en", device: PHONE });
  for (const path of ["/", day.path, "/my-reservations", "/chat", "/chat/제품-기획", "/notifications", "/settings"]) {
    await junho.goto(path);
    await assertAccessible(junho.page, look);
    await junho.assertFits();
  }
});
