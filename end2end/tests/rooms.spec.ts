import { expect, test } from "../fixtures";
import { RoomsAdminPage } from "../pages/rooms-admin";
import { TimelinePage } from "../pages/timeline";

test("a room that an admin adds, changes and deletes does so on an employee's open timeline", async ({ visit, day }) => {
  const [admin, junho] = [await visit("admin"), await visit("junho")];
  const rooms = new RoomsAdminPage(admin);
  const his = new TimelinePage(junho);
  await rooms.open();
  await his.open(day);
  const assertNotReloaded = await junho.staysOnPage();

  await rooms.addRoom.click();
  await rooms.name.fill("금강산");
  await rooms.floor.fill("3층");
  await rooms.capacity.fill("7");
  await rooms.newEquipment.fill("칠판, 보드마카");
  await rooms.newEquipment.press("Enter");
  for (const piece of ["칠판", "보드마카"]) await expect(rooms.equipment(piece)).toBeVisible();
  await rooms.save.click();
  await expect(rooms.row("금강산")).toBeVisible();
  await expect(his.row("금강산")).toContainText("7명");

  await rooms.choose("금강산");
  await rooms.capacity.fill("9");
  await expect(rooms.drawer.getByText("저장 전")).toBeVisible();
  await rooms.save.click();
  await expect(his.row("금강산")).toContainText("9명");

  await rooms.askToDelete("금강산");
  await rooms.confirmDelete.click();
  await expect(rooms.row("금강산")).toHaveCount(0);
  await expect(his.row("금강산")).toHaveCount(0);
  await assertNotReloaded();
});

test("a room with bookings ahead is deleted only together with them, and they are named first", async ({ visit, day, api }) => {
  await (await api("admin")).createRoom({ name: "묘향산", floor: "3층", capacity: 4 });
  await (await api("minji")).book(day, "묘향산", "10:00", "11:00", "묘향산 회의");
  const [admin, minji] = [await visit("admin"), await visit("minji")];
  admin.tolerate(/\/fn\/delete_room/);
  const hers = new TimelinePage(minji);
  await hers.open(day);
  await expect(hers.block("묘향산 회의")).toBeVisible();

  const rooms = new RoomsAdminPage(admin);
  await rooms.open();
  await rooms.askToDelete("묘향산");
  await rooms.confirmDelete.click();
  await expect(rooms.futureBookings).toHaveCount(1);
  await expect(rooms.futureBookings).toContainText("묘향산 회의");
  await expect(rooms.confirmDelete).toBeDisabled();
  await rooms.cancelBookingsToo.check();
  // Of this one the admin has not been told.
  await (await api("minji")).book(day, "묘향산", "12:00", "13:00", "묘향산 점심");
  await rooms.confirmDelete.click();
  await expect(rooms.futureBookings).toHaveCount(2);
  await expect(rooms.futureBookings.last()).toContainText("묘향산 점심");
  await expect(rooms.cancelBookingsToo).not.toBeChecked();
  await rooms.cancelBookingsToo.check();
  await rooms.confirmDelete.click();
  // While the pointer is in the table, a row that goes waits behind a chip.
  await admin.page.mouse.move(0, 0);
  await expect(rooms.row("묘향산")).toHaveCount(0);
  await expect(hers.row("묘향산")).toHaveCount(0);
  const statuses = (await (await api("minji")).reservations(day)).map((r) => r.status);
  expect(statuses.filter((status) => status === "approved")).toEqual([]);
});

test("what another admin saves does not overwrite what is being typed", async ({ visit, api }) => {
  const admin = await api("admin");
  const room = await admin.createRoom({ name: "구월산", floor: "5층", capacity: 5 });
  const visitor = await visit("admin");
  const rooms = new RoomsAdminPage(visitor);
  await rooms.open();
  await rooms.choose("구월산");
  await rooms.name.fill("구월산 2");
  // What is not touched here follows; what is typed stays, and both values are named.
  await admin.changeRoom(room, { name: "구월산 3", capacity: 6 });
  await expect(rooms.drawer).toContainText("다른 관리자가 바꿈");
  await expect(rooms.drawer).toContainText("구월산 3");
  await expect(rooms.capacity).toHaveValue("6");
  await expect(rooms.name).toHaveValue("구월산 2");
});

test("what is typed while a room is being saved stays, and is saved the next time", async ({ visit, api }) => {
  const admin = await api("admin");
  await admin.createRoom({ name: "마니산", floor: "5층", capacity: 5 });
  const visitor = await visit("admin");
  const rooms = new RoomsAdminPage(visitor);
  await rooms.open();
  await rooms.choose("마니산");
  await rooms.capacity.fill("6");
  const letGo = await visitor.hold(/\/fn\/update_room/);
  await rooms.save.click();
  await rooms.name.fill("마니산 2");
  letGo();
  await expect(rooms.toast("마니산")).toBeVisible();
  await expect(rooms.name).toHaveValue("마니산 2");
  await expect(rooms.drawer.getByText("저장 전")).toBeVisible();
  expect(await admin.room("마니산")).toMatchObject({ capacity: 6 });
  await rooms.save.click();
  await expect.poll(async () => (await admin.rooms()).map(({ name }) => name)).toContain("마니산 2");
});

test("a new room that is typed on while it is being made follows what others save", async ({ visit, api }) => {
  const admin = await api("admin");
  const visitor = await visit("admin");
  const rooms = new RoomsAdminPage(visitor);
  await rooms.open();
  await rooms.addRoom.click();
  await rooms.name.fill("수양산");
  await rooms.floor.fill("5층");
  await rooms.capacity.fill("5");
  const letGo = await visitor.hold(/\/fn\/create_room/);
  await rooms.save.click();
  await rooms.name.fill("수양산 2");
  letGo();
  await expect(rooms.toast("수양산")).toBeVisible();
  await expect(rooms.drawer.getByText("저장 전")).toBeVisible();
  await admin.changeRoom(await admin.room("수양산"), { capacity: 6 });
  await expect(rooms.capacity).toHaveValue("6");
  await expect(rooms.name).toHaveValue("수양산 2");
});

test("Esc in the list of names closes that list, and the drawer only when there is none", async ({ visit, api }) => {
  await (await api("admin")).createRoom({ name: "칠보산", floor: "5층", capacity: 5 });
  const visitor = await visit("admin");
  const rooms = new RoomsAdminPage(visitor);
  await rooms.open();
  await rooms.choose("칠보산");
  await rooms.needsApproval.check();
  await rooms.approvers.fill("김");
  await expect(rooms.approvers).toHaveAttribute("aria-expanded", "true");
  await rooms.approvers.press("Escape");
  await expect(rooms.approvers).toHaveAttribute("aria-expanded", "false");
  await expect(rooms.confirmation).toHaveCount(0);
  await rooms.approvers.press("Escape");
  await expect(rooms.confirmation).toContainText(visitor.t("discard_question"));
});

test("an employee has no way to the administration of rooms", async ({ visit }) => {
  const junho = await visit("junho");
  junho.tolerate(/\/admin\/rooms: 403/);
  const answer = await junho.page.goto("/admin/rooms");
  expect(answer?.status()).toBe(403);
  await expect(junho.page.getByRole("heading", { level: 1, name: "볼 수 있는 권한이 없습니다" })).toBeVisible();
  await junho.goto("/timeline");
  await expect(junho.page.getByRole("link", { name: "회의실 관리" })).toHaveCount(0);
});
