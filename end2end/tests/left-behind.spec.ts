import { expect, test } from "../fixtures";
import { Frame } from "../pages/frame";
import { LoginPage } from "../pages/login";
import { TimelinePage } from "../pages/timeline";
import { PASSWORD, PEOPLE } from "../people";

test("a page that was away for longer than events are kept is right again, without being loaded anew", async ({
  visit,
  day,
  api,
  server,
}) => {
  const hers = await api("minji");
  const junho = await visit("junho");
  const timeline = new TimelinePage(junho);
  await timeline.open(day);
  const [stays, hellos] = [await junho.staysOnPage(), junho.frames.hellos];
  await junho.settled();
  junho.tolerateBrokenNetwork();
  await junho.context.setOffline(true);
  await expect(timeline.connectionBanner).toBeVisible();

  const moved = await hers.book(day, "백두산", "10:00", "11:00", "옮겨진 회의");
  await hers.change(moved, { startsAt: day.at("13:00"), endsAt: day.at("14:00") });
  await hers.cancel(await hers.book(day, "지리산", "10:00", "11:00", "취소된 회의"));
  await server.kill();
  server.edit("DELETE FROM log WHERE seq < (SELECT seq FROM log_head WHERE id = 1)");
  await server.restart();
  await junho.context.setOffline(false);
  await junho.frames.connected(hellos);

  expect(junho.frames.hello.resumed).toBe(false);
  await expect(timeline.blockAt("옮겨진 회의", "백두산", "13:00", "14:00")).toBeVisible();
  await expect(timeline.block("취소된 회의")).toHaveCount(0);
  await expect(timeline.connectionBanner).toHaveCount(0);
  await hers.book(day, "지리산", "15:00", "16:00", "다음 회의");
  await expect(timeline.block("다음 회의")).toBeVisible();
  await stays();
});

test("a page whose session has ended while it was away leads to the login, and from there back", async ({
  visit,
  day,
  server,
}) => {
  const doyun = await visit("doyun");
  const timeline = new TimelinePage(doyun);
  await timeline.open(day);
  await doyun.settled();
  doyun.tolerateBrokenNetwork();
  doyun.tolerate(/: 401$/);
  await server.kill();
  server.edit(`UPDATE sessions SET expires_at = last_seen_at
    WHERE user_id = (SELECT id FROM users WHERE email = '${PEOPLE.doyun}')`);
  await server.restart();

  await expect(doyun.page).toHaveURL(/\/login\?next=/, { timeout: 40_000 });
  await new LoginPage(doyun).logIn(PEOPLE.doyun, PASSWORD);
  await expect(doyun.page).toHaveURL(day.path);
  await expect(timeline.grid).toBeVisible();
});

test("a page of an older build offers the new one, and reloads when asked", async ({ visit }) => {
  const minji = await visit("minji");
  await minji.page.routeWebSocket(/\/ws\?|\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((text) => {
      const frame = JSON.parse(text.toString());
      if (frame.type === "hello") frame.data.build = "a-later-build";
      socket.send(JSON.stringify(frame));
    });
  });
  await minji.goto("/my-reservations");
  const banner = new Frame(minji).newBuildBanner;
  await expect(banner).toContainText(minji.t("new_version_text"));
  const loaded = minji.page.waitForEvent("load");
  await banner.getByRole("button", { name: minji.t("reload") }).click();
  await loaded;
});
