import { expect, test } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { TimelinePage } from "../pages/timeline";

test("the panel refuses what the rules forbid, next to the field, before anything is sent", async ({ visit, day }) => {
  const minji = await visit("minji");
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.select("백두산", "10:00", "11:00");
  const dialog = new BookingDialog(minji);
  await dialog.submit.click();
  await expect(dialog.dialog.getByText("꼭 입력해야 합니다.")).toBeVisible();
  await expect(dialog.title).toBeFocused();

  await dialog.title.fill("모두 모여");
  await dialog.headCount.fill("500");
  await dialog.submit.click();
  await expect(dialog.dialog.getByText(/정원 \d+명을 넘습니다\./)).toBeVisible();
  await expect(dialog.headCount).toHaveAttribute("aria-invalid", "true");

  // What is no count is no wish for as many as are invited.
  for (const typed of ["-3", "2.5", "1e3", "99999999999", "여럿"]) {
    await dialog.headCount.fill(typed);
    await dialog.submit.click();
    await expect(dialog.dialog.getByText(/1에서 \d+ 사이여야 합니다\./)).toBeVisible();
    await expect(dialog.headCount).toHaveAttribute("aria-invalid", "true");
    await expect(dialog.headCount).toBeFocused();
  }

  await dialog.headCount.fill("2");
  await dialog.ends.fill("09:00");
  await dialog.submit.click();
  await expect(dialog.dialog.getByText("끝은 시작보다 뒤여야 합니다.")).toBeVisible();
});

test("two people want the same slot: the second is told, and books an alternative", async ({ visit, day }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  junho.tolerate(/\/fn\/book_room/);
  const [hers, his] = [new TimelinePage(minji), new TimelinePage(junho)];
  await hers.open(day);
  await his.open(day);
  await hers.select("설악산", "14:00", "15:00");
  await his.select("설악산", "14:00", "15:00");
  const [herDialog, hisDialog] = [new BookingDialog(minji), new BookingDialog(junho)];
  // His request is under way when hers is decided.
  const letGo = await junho.hold(/\/fn\/book_room/);
  await hisDialog.title.fill("늦은 회의");
  await hisDialog.submit.click();
  await herDialog.book("빠른 회의");
  letGo();

  await expect(hisDialog.conflict).toContainText("방금 다른 예약이 먼저 확정되었습니다.");
  await expect(hisDialog.conflict).toContainText("빠른 회의");
  await expect(hisDialog.alternatives.first()).toBeFocused();
  await hisDialog.alternatives.first().check();
  await hisDialog.submit.click();
  await expect(hisDialog.dialog).toBeHidden();

  await expect(his.block("늦은 회의")).toBeVisible();
  await expect(hers.block("늦은 회의")).toBeVisible();
  await expect(his.row("설악산").getByRole("button", { name: /^늦은 회의,.*14:00/ })).toHaveCount(0);
});

test("an open panel says at once that its slot has been taken, and what can be had instead", async ({ visit, day, api }) => {
  const junho = await visit("junho");
  const timeline = new TimelinePage(junho);
  await timeline.open(day);
  await timeline.select("설악산", "14:00", "15:00");
  const dialog = new BookingDialog(junho);
  await dialog.title.fill("늦은 회의");
  await expect(dialog.submit).toContainText("설악산");
  await (await api("minji")).book(day, "설악산", "14:00", "15:00", "빠른 회의");

  await expect(dialog.conflict).toContainText("이미 예약된 시간입니다.");
  await expect(dialog.conflict).toContainText("빠른 회의");
  // The button under the finger books nothing that was not chosen.
  await expect(dialog.submit).toHaveText(junho.t("choose_alternative"));
  await expect(dialog.submit).toBeDisabled();
  await expect(dialog.dialog.getByRole("radio", { checked: true })).toHaveCount(0);
  await expect(dialog.title).toBeFocused();
  await junho.page.keyboard.press("Enter");
  await expect(dialog.submit).toBeDisabled();
  await dialog.alternatives.first().check();
  await expect(dialog.submit).toBeEnabled();
  await dialog.submit.click();
  await expect(dialog.dialog).toBeHidden();
  await expect(timeline.block("늦은 회의")).toBeVisible();
  await expect(timeline.blockAt("늦은 회의", "설악산", "14:00", "15:00")).toHaveCount(0);
});

test("a new booking is refused in English too, with what can be had instead", async ({ visit, day, api }) => {
  const junho = await visit("junho", { lang: "en" });
  junho.tolerate(/\/fn\/book_room/);
  const timeline = new TimelinePage(junho);
  await timeline.open(day);
  await timeline.select("설악산", "14:00", "15:00");
  const { dialog, title, headCount, submit, conflict, alternatives } = new BookingDialog(junho);
  await submit.click();
  await expect(dialog.getByText("This is required.")).toBeVisible();
  await expect(title).toBeFocused();
  await title.fill("Late meeting");
  await headCount.fill("500");
  await submit.click();
  await expect(dialog.getByText("The room seats 10.", { exact: true })).toBeVisible();
  await expect(headCount).toHaveAttribute("aria-invalid", "true");

  // His request is under way when hers is decided.
  await headCount.fill("2");
  const letGo = await junho.hold(/\/fn\/book_room/);
  await submit.click();
  await (await api("minji")).book(day, "설악산", "14:00", "15:00", "Early meeting");
  letGo();
  await expect(conflict).toContainText(junho.t("lost_race"));
  await expect(conflict).toContainText("Early meeting");
  await expect(dialog.getByRole("group", { name: junho.t("alternatives") })).toBeVisible();
  await expect(submit).toHaveText(junho.t("choose_alternative"));
  await expect(submit).toBeDisabled();
  await alternatives.first().check();
  await submit.click();
  await expect(dialog).toBeHidden();
  await expect(timeline.block("Late meeting")).toBeVisible();
  await expect(timeline.blockAt("Late meeting", "설악산", "14:00", "15:00")).toHaveCount(0);
});

test("what is sent again because its answer was lost is booked once", async ({ visit, day, api }) => {
  const minji = await visit("minji");
  minji.tolerate(/\/fn\/book_room/);
  const timeline = new TimelinePage(minji);
  await timeline.open(day);
  await timeline.select("백두산", "10:00", "11:00");
  const dialog = new BookingDialog(minji);
  const asked: { key: string }[] = [];
  await minji.page.route(/\/fn\/book_room/, async (route) => {
    asked.push(route.request().postDataJSON());
    // First it does not arrive; then it is booked, and the page does not hear of it.
    if (asked.length === 2) await route.fetch();
    await (asked.length < 3 ? route.abort() : route.continue());
  });
  await dialog.title.fill("한 번만");
  for (const times of [1, 2]) {
    await dialog.submit.click();
    await expect.poll(() => asked.length).toBe(times);
    await expect(dialog.conflict).toContainText("서버에 연결하지 못했습니다.");
  }
  // What it sees of it on the grid is nothing that is in its way.
  await expect(timeline.blockAt("한 번만", "백두산", "10:00", "11:00")).toBeVisible();
  await dialog.submit.click();
  await expect(dialog.dialog).toBeHidden();
  expect(asked.map(({ key }) => key)).toEqual(asked.map(() => asked[0]!.key));
  expect((await (await api("minji")).reservations(day)).map(({ title }) => title)).toEqual(["한 번만"]);

  await timeline.select("설악산", "10:00", "11:00");
  await dialog.book("다른 한 번");
  await expect(timeline.blockAt("다른 한 번", "설악산", "10:00", "11:00")).toBeVisible();
  expect(asked[3]!.key).not.toBe(asked[0]!.key);
});
