import { expect, test } from "../fixtures";
import { BookingDialog } from "../pages/booking";
import { TimelinePage } from "../pages/timeline";

test("what one person is choosing shows as a ghost to who looks at the day, and goes on release", async ({ visit, day }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new TimelinePage(minji), new TimelinePage(junho)];
  await hers.open(day);
  await his.open(day);

  await hers.holdSelection("백두산", "10:00", "11:00");
  await expect(his.ghost("김민지", "백두산")).toContainText("김민지 님이 고르는 중");
  await expect(hers.ghost("김민지", "백두산")).toHaveCount(0);
  // It stands in nobody's way.
  await his.select("백두산", "10:00", "11:00");
  await new BookingDialog(junho).book("먼저 잡은 회의");
  await expect(his.blockAt("먼저 잡은 회의", "백두산", "10:00", "11:00")).toBeVisible();

  await minji.page.mouse.up();
  await expect(his.ghost("김민지", "백두산")).toHaveCount(0);
});

test("what is chosen with Shift and the arrows shows as a ghost too, until the form opens on it", async ({ visit, day }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new TimelinePage(minji), new TimelinePage(junho)];
  await hers.open(day);
  await his.open(day);
  await hers.grid.locator("[tabindex='0']").focus();
  for (const key of ["ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight"]) await minji.page.keyboard.press(key);
  const ghost = his.grid.locator(".ghost").filter({ hasText: "김민지" });
  await expect(ghost).toBeVisible();
  await minji.page.keyboard.press("Enter");
  await expect(new BookingDialog(minji).title).toBeFocused();
  await expect(ghost).toHaveCount(0);
});

test("a ghost stays on its day, and Escape takes it back", async ({ visit, day }) => {
  const [minji, junho, seoyeon] = [await visit("minji"), await visit("junho"), await visit("seoyeon")];
  const [hers, his, elsewhere] = [new TimelinePage(minji), new TimelinePage(junho), new TimelinePage(seoyeon)];
  await hers.open(day);
  await his.open(day);
  await elsewhere.open(day.next());

  await hers.holdSelection("설악산", "13:00", "14:00");
  await expect(his.ghost("김민지", "설악산")).toBeVisible();
  expect(seoyeon.frames.text).not.toContain("draw:update");
  await minji.page.keyboard.press("Escape");
  await expect(his.ghost("김민지", "설악산")).toHaveCount(0);
  await minji.page.mouse.up();
});

test("whoever moves a private meeting is not shown to others as a ghost", async ({ visit, day, api }) => {
  await (await api("minji")).book(day, "백두산", "10:00", "11:00", "연봉 협상", { private: true });
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new TimelinePage(minji), new TimelinePage(junho)];
  await hers.open(day);
  await his.open(day);
  await hers.move("연봉 협상", { room: "백두산", start: "10:00" }, { room: "백두산", start: "13:00" });
  await expect(his.row("백두산").getByRole("button", { name: /13:00\s*[–-]\s*14:00/ })).toBeVisible();
  expect(junho.frames.text).not.toContain("draw:update");
});

test("a ghost goes with the page of who drew it", async ({ visit, day }) => {
  const [minji, junho] = [await visit("minji"), await visit("junho")];
  const [hers, his] = [new TimelinePage(minji), new TimelinePage(junho)];
  await hers.open(day);
  await his.open(day);
  await hers.holdSelection("지리산", "09:00", "10:00");
  await expect(his.ghost("김민지", "지리산")).toBeVisible();
  await minji.page.close();
  await expect(his.ghost("김민지", "지리산")).toHaveCount(0);
});

test("who is here shows a person once for two tabs, and no longer some seconds after the last of them", async ({ visit }) => {
  const [minji, one, other] = [await visit("minji"), await visit("seoyeon"), await visit("seoyeon")];
  await minji.goto("/");
  const person = minji.page.locator(".here-person").filter({ hasText: "이서연" });
  await one.goto("/timeline");
  await other.goto("/my-reservations");
  await expect(person).toHaveCount(1);
  await one.page.close();
  await other.goto("/timeline");
  await expect(person).toHaveCount(1);
  await other.page.close();
  // The grace is ten seconds.
  await expect(person).toHaveCount(0, { timeout: 20_000 });
});

test("every page is told the numbers on connecting, and that somebody new is here", async ({ visit, day }) => {
  const junho = await visit("junho");
  await new TimelinePage(junho).open(day);
  await expect.poll(() => junho.frames.text).toContain("stats:update");
  const doyun = await visit("doyun");
  await new TimelinePage(doyun).open(day);
  await expect.poll(() => junho.frames.text).toContain("최도윤 님이 접속했습니다.");
  // Who is here goes only to pages that show it.
  expect(junho.frames.text).not.toContain("presence:update");
});
