import { expect, test } from "../fixtures";
import { TimersPage } from "../pages/timers";

test("history shows each day as a chart and as a table, with tags, goal and CSV", async ({ visit, api }) => {
  const his = await api("doyun");
  for (const tag of ["설계", "검토"]) {
    await his.startTimer({ allocatedDuration: 1, title: `${tag} 일`, kind: "focus", tags: [tag] });
  }
  const doyun = await visit("doyun");
  const page = new TimersPage(doyun);
  await page.open();
  await expect(page.today.filter({ hasText: "검토 일" })).not.toContainText(doyun.t("in_progress"));
  await expect(page.history.locator(".history-tags li").filter({ hasText: "설계" })).toBeVisible();
  await expect(page.history.getByRole("img")).toBeVisible();
  await page.history.getByRole("button", { name: doyun.t("timer_goal") }).click();
  const dialog = doyun.page.getByRole("dialog", { name: doyun.t("timer_goal_title") });
  await dialog.getByRole("spinbutton").fill("90");
  await dialog.getByRole("button", { name: doyun.t("save") }).click();
  await expect(page.history.locator(".chart-goal-text")).toContainText("1시간 30분");
  await page.history.getByRole("button", { name: doyun.t("timer_as_table") }).click();
  await expect(page.history.getByRole("table")).toContainText("설계");
  await page.history.getByRole("button", { name: doyun.t("timer_month") }).click();
  await expect.poll(() => page.history.getByRole("row").count()).toBeGreaterThan(28);
  const link = await page.history.getByRole("link", { name: "CSV" }).getAttribute("href");
  expect(await (await doyun.context.request.get(link!)).text()).toContain("설계 일");
});

test("a day of the history is a list beside its week, and a CSV of its own", async ({ visit, api }) => {
  const his = await api("doyun");
  await his.startTimer({ allocatedDuration: 1, title: "하루의 일", kind: "focus" });
  const doyun = await visit("doyun");
  const page = new TimersPage(doyun);
  await page.open();
  await expect(page.history.locator(".timer-day")).toHaveCount(0);
  await page.history.getByRole("button", { name: doyun.t("timer_day"), exact: true }).click();
  const list = page.history.locator(".timer-day li");
  await expect(list.filter({ hasText: "하루의 일" })).toContainText(doyun.t("timer_seconds", "1"));
  await expect(page.history.locator(".chart-day")).toHaveCount(7);
  const link = page.history.getByRole("link", { name: "CSV" });
  const today = new URL((await link.getAttribute("href"))!, "http://x").searchParams;
  expect(today.get("from")).toBe(today.get("to"));
  const address = (await link.getAttribute("href"))!;
  expect(await (await doyun.context.request.get(address)).text()).toContain("하루의 일");
  // In the small hours other tests have timers of his that began on the day before.
  for (let days = 0; days < 3; days += 1) await page.history.getByRole("button", { name: doyun.t("timer_earlier") }).click();
  await expect(link).not.toHaveAttribute("href", address);
  await expect(page.history).toContainText(doyun.t("timer_day_none"));
  for (let days = 0; days < 3; days += 1) await page.history.getByRole("button", { name: doyun.t("timer_later") }).click();
  await expect(link).toHaveAttribute("href", address);
  await expect(list.filter({ hasText: "하루의 일" })).toHaveCount(1);
  await page.history.getByRole("button", { name: doyun.t("timer_week") }).click();
  await expect(list).toHaveCount(0);
});

test("a timer that is started for something to do names it", async ({ visit, api }) => {
  const junho = await visit("junho");
  const page = new TimersPage(junho);
  await page.open();
  await junho.page.locator("#todo-new").fill("견적 보내기");
  await junho.page.keyboard.press("Enter");
  await page.todos.last().getByRole("button", { name: junho.t("todo_start", "견적 보내기") }).click();
  await expect(page.main.locator(".timer-link")).toHaveText("견적 보내기");
  const { id } = (await (await api("junho")).timers())[0]!;
  await page.action("timer_stop").click();
  await expect(page.main).toContainText(junho.t("timer_none_title"));
  await page.todos.last().getByRole("checkbox").check();
  expect((await (await api("junho")).timer(id)).todoId).toBeTruthy();
  // Other tests find his list as this one has.
  const remove = junho.page.getByRole("button", { name: junho.t("todo_delete", "견적 보내기") });
  await remove.click();
  await expect(remove).toHaveCount(0);
});

test("a page that stays open over midnight can go on to the new day", async ({ visit }) => {
  const doyun = await visit("doyun");
  doyun.tolerateBrokenNetwork();
  await doyun.page.clock.install();
  const page = new TimersPage(doyun);
  await page.open();
  await page.history.getByRole("button", { name: doyun.t("timer_day"), exact: true }).click();
  const later = page.history.getByRole("button", { name: doyun.t("timer_later") });
  await expect(later).toBeDisabled();
  // The server, which is not there yet, would say so.
  await doyun.settled();
  await doyun.context.setOffline(true);
  await expect(page.connectionBanner).toBeVisible();
  await doyun.page.clock.fastForward(24 * 3_600_000);
  await expect(later).toBeEnabled();
});
