import { Device } from "../device";
import { expect, test } from "../fixtures";
import { keepOwnClock, recordLateness, seconds, TimersPage } from "../pages/timers";

/** Screens of one timer may differ by so much. */
const AGREE_MS = 200;
/** How often the server is asked for its time in a row. */
const PROBES = 5;

test("two people's screens count the same second within 200 ms, also by a wrong device clock", async ({
  visit,
  api,
}) => {
  const junho = await api("junho");
  const timer = await (await api("minji")).startTimer({
    allocatedDuration: 600,
    title: "같이 집중",
    userIds: [junho.user.id],
  });
  const [minji, wrong] = [await visit("minji"), await visit("junho")];
  // An hour fast. Frames come and go as usual.
  await keepOwnClock(wrong.page);
  await wrong.page.clock.install({ time: Date.now() + 3_600_000 });
  const screens: Awaited<ReturnType<typeof recordLateness>>[] = [];
  for (const visitor of [minji, wrong]) {
    const page = new TimersPage(visitor);
    await page.open();
    await expect(page.title).toHaveText("같이 집중");
    screens.push(await recordLateness(visitor.page, ".dial-left", Date.parse(timer.endsAt)));
  }
  const counted = async () => Math.min(...(await Promise.all(screens.map(async (late) => (await late()).length))));
  await expect.poll(counted, { timeout: 30_000 }).toBeGreaterThanOrEqual(6);
  // A page that has to wait for its turn changes a digit late, never early, and not always: what it
  // believes the time to be is what it shows when it comes in time.
  const [first, second] = (await Promise.all(screens.map((late) => late()))).map((late) => Math.min(...late));
  expect(Math.abs(first!), "minji's screen and the server").toBeLessThanOrEqual(AGREE_MS);
  expect(Math.abs(second!), "the screen of the wrong clock and the server").toBeLessThanOrEqual(AGREE_MS);
  expect(Math.abs(first! - second!), "both screens").toBeLessThanOrEqual(AGREE_MS);
  await (await api("minji")).stopTimer(timer.id);
});

test("a device whose clock is set while it counts is right again at once", async ({ visit, api }) => {
  const hers = await api("seoyeon");
  const timer = await hers.startTimer({ allocatedDuration: 3_000, title: "시계" });
  const seoyeon = await visit("seoyeon");
  await seoyeon.page.clock.install();
  const page = new TimersPage(seoyeon);
  await page.open();
  await expect(page.left).toHaveText(/^49:/);
  await seoyeon.page.clock.setSystemTime(Date.now() - 1_800_000);
  const off = async () =>
    Math.abs(seconds((await page.left.textContent())!) * 1_000 - (Date.parse(timer.endsAt) - Date.now()));
  await expect.poll(off).toBeLessThan(1_500);
  await hers.stopTimer(timer.id);
});

test("a page that is looked at again asks the server for its time anew, and is right", async ({ visit, api }) => {
  const hers = await api("seoyeon");
  const timer = await hers.startTimer({ allocatedDuration: 3_000, title: "잠든 사이" });
  const seoyeon = await visit("seoyeon");
  const device = await Device.under(seoyeon.page);
  const page = new TimersPage(seoyeon);
  await page.open();
  await expect(page.title).toHaveText("잠든 사이");
  const late = await recordLateness(seoyeon.page, ".dial-left", Date.parse(timer.endsAt));
  await expect.poll(() => seoyeon.frames.heard("pong")).toBeGreaterThanOrEqual(PROBES);
  // So little that frames, which may be slow, do not say that the clock is wrong; and what sleep does.
  for (const offMs of [1_900, -90_000]) {
    const [shown, asked] = [(await late()).length, seoyeon.frames.sent("ping")];
    await device.leave(offMs);
    await expect.poll(async () => (await late()).slice(shown).some((ms) => Math.abs(ms) > 1_000)).toBe(true);
    await device.comeBack();
    await expect.poll(() => seoyeon.frames.sent("ping")).toBeGreaterThanOrEqual(asked + PROBES);
    await expect.poll(async () => Math.abs((await late()).at(-1)!)).toBeLessThan(1_000);
  }
  await hers.stopTimer(timer.id);
});

test("a page in the background goes on counting in its title", async ({ visit, api }) => {
  const his = await api("doyun");
  const timer = await his.startTimer({ allocatedDuration: 1_500, title: "뒤에서" });
  const doyun = await visit("doyun");
  // What browsers do to a page that nobody looks at: its clocks ring once a minute.
  await doyun.page.addInitScript(() => {
    const real = window.setTimeout.bind(window);
    const held = window as unknown as { held?: boolean };
    window.setTimeout = ((act: TimerHandler, ms?: number, ...rest: unknown[]) =>
      real(act, held.held ? Math.max(ms ?? 0, 60_000) : ms, ...rest)) as typeof window.setTimeout;
  });
  await doyun.goto("/my-reservations");
  await expect(doyun.page).toHaveTitle(/^\d\d:\d\d · /);
  await doyun.page.evaluate(() => {
    (window as unknown as { held: boolean }).held = true;
    Object.defineProperty(document, "hidden", { get: () => true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  });
  const before = await doyun.page.title();
  await expect.poll(() => doyun.page.title()).not.toBe(before);
  for (let n = 0; n < 3; n += 1) {
    const now = await doyun.page.title();
    await expect.poll(() => doyun.page.title(), { timeout: 2_500 }).not.toBe(now);
    const left = (Date.parse(timer.endsAt) - Date.now()) / 1_000;
    expect(Math.abs(seconds((await doyun.page.title()).split(" · ")[0]!) - left)).toBeLessThan(1.5);
  }
  await his.stopTimer(timer.id);
  await expect(doyun.page).not.toHaveTitle(/^\d\d:\d\d · /);
});
