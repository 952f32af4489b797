import { expect, PHONE, test } from "../fixtures";
import { seconds, TimersPage } from "../pages/timers";
import { fakeSystemNotifications, lookAway, systemNotifications } from "../system-notifications";
import { unique } from "../unique";

test("a timer starts, pauses, goes on, gets longer and ends on every screen at once", async ({ visit }) => {
  const [desk, phone] = [await visit("minji"), await visit("minji", { device: PHONE })];
  const [here, there] = [new TimersPage(desk), new TimersPage(phone)];
  await here.open();
  await there.open();
  const assertNotReloaded = await phone.staysOnPage();

  await here.form.locator("#timer-title-field").fill("보고서 초안");
  await here.start.click();
  await expect(there.title).toHaveText("보고서 초안");
  await expect(there.left).toHaveText(/^2[45]:\d\d$/);

  await here.action("timer_pause").click();
  await expect(there.action("timer_resume")).toBeVisible();
  const paused = await there.left.textContent();
  await there.action("timer_resume").click();
  await expect(here.action("timer_pause")).toBeVisible();
  await here.action("timer_five_more").click();
  await expect.poll(async () => seconds((await there.left.textContent())!)).toBeGreaterThan(seconds(paused!) + 200);

  await there.action("timer_stop").click();
  await expect(here.main).toContainText(desk.t("timer_none_title"));
  await expect(here.today.filter({ hasText: "보고서 초안" })).toContainText(desk.t("timer_stopped"));
  await assertNotReloaded();
});

test("the running timer stands in the header of every page, and its end is told there", async ({ visit, api }) => {
  const hers = await api("minji");
  const minji = await visit("minji");
  const page = new TimersPage(minji);
  await minji.goto("/my-reservations");
  await expect(page.inHeader).toHaveCount(0);
  const long = await hers.startTimer({ allocatedDuration: 1_800, title: "긴 일" });
  await expect(page.inHeader).toContainText("긴 일");
  await page.inHeader.getByRole("button", { name: minji.t("timer_pause") }).click();
  await page.inHeader.getByRole("button", { name: minji.t("timer_resume") }).click();
  await expect(page.inHeader.getByRole("button", { name: minji.t("timer_pause") })).toBeVisible();
  await hers.startTimer({ allocatedDuration: 2, title: "짧은 일" });
  await expect(page.toast(minji.t("timer_over", "짧은 일"))).toBeVisible();
  await page.inHeader.getByRole("link").click();
  await expect(page.title).toHaveText("긴 일");
  await expect(page.today.filter({ hasText: "짧은 일" })).not.toContainText(minji.t("timer_stopped"));
  await hers.stopTimer(long.id);
});

test("the end sounds and notifies once over all tabs, when that was chosen", async ({ visit, api }) => {
  const seoyeon = await visit("seoyeon");
  await fakeSystemNotifications(seoyeon.context, "granted");
  await seoyeon.context.addInitScript(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    HTMLMediaElement.prototype.play = function () {
      told.push(`sound ${new URL(this.src).pathname}`);
      return Promise.resolve();
    };
  });
  const page = new TimersPage(seoyeon);
  await page.open();
  const other = await seoyeon.context.newPage();
  await other.goto("/my-reservations");
  await expect(other.locator("button.live:visible")).toBeVisible();
  const told = (of: typeof other) => of.evaluate(() => (window as unknown as { told: string[] }).told);
  await page.form.getByRole("switch", { name: seoyeon.t("timer_with_sound") }).check();
  expect(await told(seoyeon.page), "what was chosen is heard").toEqual(["sound /timer-end.wav"]);
  await page.form.getByRole("switch", { name: seoyeon.t("timer_with_note") }).check();
  for (const tab of [seoyeon.page, other]) await lookAway(tab);

  await (await api("seoyeon")).startTimer({ allocatedDuration: 1, title: "달걀" });
  await expect(page.toast(seoyeon.t("timer_over", "달걀"))).toBeVisible();
  await expect(other.locator(".toast")).toContainText("달걀");
  const both = async () => (await told(seoyeon.page)).length + (await told(other)).length;
  await expect.poll(both).toBe(2);
  const notes = async () => [...(await systemNotifications(seoyeon.page)), ...(await systemNotifications(other))];
  await expect.poll(notes).toEqual([expect.objectContaining({ body: seoyeon.t("timer_over", "달걀") })]);
  expect(await seoyeon.page.evaluate(() => localStorage.getItem("madang_told"))).toMatch(/-sound/);
});

test("a series of one's own length is set up in the form, and a length that is none is refused", async ({
  visit,
  api,
}) => {
  const doyun = await visit("doyun");
  const page = new TimersPage(doyun);
  await page.open();
  const label = (key: string) => page.form.getByLabel(doyun.t(key), { exact: true });
  await page.form.getByRole("radio", { name: doyun.t("timer_own") }).check();
  await label("timer_minutes").fill("0");
  await page.start.click();
  await expect(page.form.getByRole("alert")).toBeFocused();
  await expect(page.form.getByRole("alert")).not.toBeEmpty();
  await label("timer_minutes").fill("40");
  await label("timer_rest_minutes").fill("7");
  await page.form.getByText(doyun.t("timer_more")).click();
  await label("timer_rounds_field").selectOption("3");
  await label("timer_tags").fill("설계, 검토");
  const script = "<img src=x onerror=alert(1)>";
  await label("timer_title").fill(script);
  await page.start.click();
  await expect(page.title).toHaveText(script);
  await expect(page.left).toHaveText(/^(40:00|39:\d\d)$/);
  await expect(page.main.locator(".rounds")).toContainText(doyun.t("timer_rounds_label", 3, 1));
  await expect(page.today.filter({ hasText: script })).toContainText("#설계 · #검토");
  await expect(page.inHeader).toContainText(script);
  await expect(doyun.page.locator("img[onerror]")).toHaveCount(0);
  expect((await (await api("doyun")).timers())[0]).toMatchObject({
    allocatedDuration: 2_400,
    cycle: { work: 2_400, rest: 420, rounds: 3, round: 1 },
    tags: ["설계", "검토"],
  });
  await page.action("timer_stop").click();
  await expect(page.main).toContainText(doyun.t("timer_none_title"));
});

test("whoever is invited sees the timer at once, and can only leave it", async ({ visit, api }) => {
  const hers = await api("minji");
  const timer = await hers.startTimer({ allocatedDuration: 1_200, title: "모둠" });
  const [minji, seoyeon] = [await visit("minji"), await visit("seoyeon")];
  const [host, guest] = [new TimersPage(minji), new TimersPage(seoyeon)];
  await guest.open();
  await host.open();
  await host.action("timer_invite").click();
  const dialog = minji.page.getByRole("dialog", { name: minji.t("timer_invite") });
  await dialog.getByRole("combobox", { name: minji.t("timer_people") }).fill((await api("seoyeon")).user.name);
  await minji.page.keyboard.press("Enter");
  // Nothing lies over the button any more.
  await expect(dialog.getByRole("listbox")).toBeHidden();
  await dialog.getByRole("button", { name: minji.t("timer_invite"), exact: true }).click();
  await expect(guest.title).toHaveText("모둠");
  await expect(host.main.locator(".timer-people li")).toHaveCount(2);
  await expect(guest.action("timer_pause")).toHaveCount(0);
  await guest.action("timer_leave").click();
  await expect(guest.main).toContainText(seoyeon.t("timer_none_title"));
  await expect(host.main.locator(".timer-people li")).toHaveCount(0);
  await hers.stopTimer(timer.id);
});

test("whoever is invited as a host commands the timer too, until taken off it", async ({ visit, api }) => {
  const hers = await api("minji");
  const timer = await hers.startTimer({ allocatedDuration: 1_200, title: "둘이 함께" });
  const own = await (await api("junho")).startTimer({ allocatedDuration: 600, title: "내 것" });
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [host, guest] = [new TimersPage(minji), new TimersPage(junho)];
  await guest.open();
  await host.open();
  await host.action("timer_invite").click();
  const dialog = minji.page.getByRole("dialog", { name: minji.t("timer_invite") });
  await dialog.getByRole("combobox", { name: minji.t("timer_people") }).fill((await api("junho")).user.name);
  await minji.page.keyboard.press("Enter");
  await dialog.getByLabel(minji.t("timer_as_host")).press("Space");
  await dialog.getByRole("button", { name: minji.t("timer_invite"), exact: true }).click();
  // It stands beside his own until he wants it large.
  await expect(guest.title).toHaveText("내 것");
  await junho.page.getByRole("button", { name: junho.t("timer_show", "둘이 함께") }).click();
  await expect(guest.title).toHaveText("둘이 함께");
  await guest.action("timer_pause").click();
  await expect(host.action("timer_resume")).toBeVisible();
  await guest.action("timer_resume").click();
  await expect(host.action("timer_pause")).toBeVisible();
  await host.main.getByRole("button", { name: minji.t("timer_remove_person", "박준호") }).click();
  await expect(guest.title).toHaveText("내 것");
  await expect(junho.page.getByRole("button", { name: junho.t("timer_show", "둘이 함께") })).toHaveCount(0);
  await hers.stopTimer(timer.id);
  await (await api("junho")).stopTimer(own.id);
});

test("everything is done by keyboard", async ({ visit }) => {
  const junho = await visit("junho");
  const page = new TimersPage(junho);
  await page.open();
  const keyboard = junho.page.keyboard;
  await page.form.getByRole("radio").first().focus();
  await keyboard.press("ArrowRight");
  await expect(page.start).toContainText("50");
  await keyboard.press("Tab");
  await keyboard.type("자판으로");
  await keyboard.press("Enter");
  await expect(page.title).toHaveText("자판으로");
  await page.action("timer_pause").focus();
  await keyboard.press("Space");
  await expect(page.action("timer_resume")).toBeFocused();
  await keyboard.press("Tab");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await expect(page.main).toContainText(junho.t("timer_none_title"));

  await junho.page.locator("#todo-new").focus();
  for (const title of ["하나", "둘"]) {
    await keyboard.type(title);
    await keyboard.press("Enter");
    await expect(page.todos.last().locator(".todo-text")).toHaveValue(title);
    await expect(junho.page.locator("#todo-new")).toHaveValue("");
  }
  await page.todos.last().getByRole("button", { name: junho.t("todo_up", "둘") }).focus();
  await keyboard.press("Enter");
  await expect(page.todos.first().locator(".todo-text")).toHaveValue("둘");
  // At the top there is no way further up: the focus is on the way down, and follows the row back.
  await expect(page.todos.first().getByRole("button", { name: junho.t("todo_down", "둘") })).toBeFocused();
  await keyboard.press("Enter");
  await expect(page.todos.last().locator(".todo-text")).toHaveValue("둘");
  await expect(page.todos.last().getByRole("button", { name: junho.t("todo_up", "둘") })).toBeFocused();
  await keyboard.press("Enter");
  await expect(page.todos.first().locator(".todo-text")).toHaveValue("둘");
  await page.todos.first().getByRole("checkbox").focus();
  await keyboard.press("Space");
  await expect(page.todos.first()).toHaveClass(/is-done/);
});

test("what is typed over a to-do before the page is alive does not rename it", async ({ visit }) => {
  const doyun = await visit("doyun");
  const page = new TimersPage(doyun);
  await page.open();
  const title = unique("그대로 둘 일");
  await doyun.page.locator("#todo-new").fill(title);
  await doyun.page.locator("#todo-new").press("Enter");
  const text = page.todos.last().locator(".todo-text");
  await expect(text).toHaveValue(title);
  const hellos = doyun.frames.hellos;
  const letGo = await doyun.hold(/\.wasm$/);
  await doyun.page.reload({ waitUntil: "commit" });
  await text.fill("쓰다 만 말");
  await doyun.page.locator("#todo-new").fill("새로 쓰던 말");
  letGo();
  await doyun.frames.connected(hellos);
  await expect(doyun.page.locator("#todo-new")).toHaveValue("새로 쓰던 말");
  await expect(text).toHaveValue(title);
  await page.open();
  await expect(text).toHaveValue(title);
});

test("the members of a chat room see a timer that is shared with it", async ({ visit, api }) => {
  const [hers, his] = [await api("minji"), await api("doyun")];
  const room = await hers.createChat({ name: "타이머 방", kind: "private", memberIds: [his.user.id] });
  const [minji, doyun] = [await visit("minji"), await visit("doyun")];
  const [host, guest] = [new TimersPage(minji), new TimersPage(doyun)];
  await guest.open();
  await host.open();
  await host.form.locator("#timer-title-field").fill("방 타이머");
  await host.form.getByRole("switch", { name: minji.t("timer_together") }).check();
  await host.form.getByLabel(minji.t("timer_room")).selectOption("타이머 방");
  await host.start.click();
  await expect(guest.title).toHaveText("방 타이머");
  await his.leaveChat(room);
  await expect(guest.main).toContainText(doyun.t("timer_none_title"));
  await host.action("timer_stop").click();
});

test("what a timer is called and its tags can be changed while it runs", async ({ visit }) => {
  const junho = await visit("junho");
  const page = new TimersPage(junho);
  await page.open();
  await page.start.click();
  await page.action("timer_edit").click();
  const dialog = junho.page.getByRole("dialog", { name: junho.t("timer_edit") });
  await dialog.getByLabel(junho.t("timer_title")).fill("새 이름");
  await dialog.getByLabel(junho.t("timer_tags")).fill("하나, 둘");
  await dialog.getByRole("button", { name: junho.t("save") }).click();
  await expect(page.title).toHaveText("새 이름");
  await expect(page.today.filter({ hasText: "새 이름" })).toContainText("#하나 · #둘");
  await page.action("timer_stop").click();
});

test("notifications wait while somebody concentrates and come as one", async ({ visit, api }) => {
  const [admin, hers] = [await api("admin"), await api("seoyeon")];
  const seoyeon = await visit("seoyeon");
  const page = new TimersPage(seoyeon);
  await page.open();
  await page.start.click();
  await expect(seoyeon.page.locator(".held-card")).toContainText(seoyeon.t("held_count", "0"));
  await admin.sendMessage({ userIds: [hers.user.id], title: "나중에", message: "본문" });
  await expect(seoyeon.page.locator(".held-card")).toContainText(seoyeon.t("held_count", "1"));
  await seoyeon.page.locator(".held-card").getByRole("button", { name: seoyeon.t("held_show") }).click();
  await expect(seoyeon.page.locator(".held-card")).toContainText(seoyeon.t("held_count", "0"));
  await admin.sendMessage({ userIds: [hers.user.id], title: "또 나중에", message: "본문" });
  await expect(seoyeon.page.locator(".held-card")).toContainText(seoyeon.t("held_count", "1"));
  await page.action("timer_stop").click();
  await expect(seoyeon.page.locator(".held-card")).toHaveCount(0);
  await seoyeon.goto("/notifications");
  await expect(seoyeon.page.getByRole("main")).toContainText(seoyeon.t("told_digest"));
  await expect(seoyeon.page.getByRole("main")).toContainText("또 나중에");
});

test("a timer whose deadline comes while the server is dead has ended there, once", async ({ visit, server, api }) => {
  const hers = await api("minji");
  const [short, long] = [
    await hers.startTimer({ allocatedDuration: 2, title: "죽은 사이" }),
    await hers.startTimer({ allocatedDuration: 900, title: "살아남음" }),
  ];
  const minji = await visit("minji");
  minji.tolerateBrokenNetwork();
  const page = new TimersPage(minji);
  await page.open();
  await expect(page.title).toHaveText("살아남음");
  const hellos = minji.frames.hellos;
  await minji.settled();
  await server.kill();
  await expect.poll(() => Date.now()).toBeGreaterThan(Date.parse(short.endsAt));
  await server.restart();
  await minji.frames.connected(hellos);
  await expect.poll(async () => (await hers.timer(short.id)).status).toBe("COMPLETED");
  expect((await hers.timer(short.id)).endedAt).toBe(short.endsAt);
  expect((await hers.timer(long.id)).endsAt).toBe(long.endsAt);
  await expect(page.today.filter({ hasText: "죽은 사이" })).toHaveCount(1);
  const left = async () => seconds((await page.left.textContent())!) - (Date.parse(long.endsAt) - Date.now()) / 1_000;
  await expect.poll(async () => Math.abs(await left())).toBeLessThan(1.5);
  const told = minji.frames.events.filter((event) => event.type === "timer:completed" && event.data.id === short.id);
  expect(told.length).toBeLessThanOrEqual(1);
  await hers.stopTimer(long.id);
});

test("the playground speaks the documented messages with a pasted token", async ({ visit, api }) => {
  const his = await api("doyun");
  const doyun = await visit("doyun");
  await doyun.page.goto("/ws-playground");
  await doyun.page.locator("#token").fill(his.token);
  await doyun.page.locator("#timezone").fill("+09:00");
  await doyun.page.locator("#connect").click();
  const log = doyun.page.locator("#log");
  await expect(log).toContainText("timer.synced");
  for (const [kind, answer] of [
    ["timer.create", "timer.created"],
    ["timer.pause", "timer.updated"],
    ["timer.stop", "timer.completed"],
  ] as const) {
    await doyun.page.locator("#template").selectOption(kind);
    await doyun.page.locator("#send").click();
    await expect(log).toContainText(`"type":"${answer}"`);
  }
  await expect(log).toContainText("+09:00");
  await doyun.page.locator("#message").fill("{");
  await doyun.page.locator("#send").click();
  await expect(log).toContainText("INVALID_MESSAGE");
  await doyun.page.locator("#disconnect").click();
  await expect(doyun.page.locator("#connect")).toBeEnabled();
});
