import { assertAccessible } from "../accessibility";
import { expect, PHONE, test } from "../fixtures";
import { TimersPage } from "../pages/timers";

for (const lang of ["ko", "en"] as const) {
  test(`accessibility: timers, ${lang}, on a desk and on a phone`, async ({ visit, api }) => {
    test.slow();
    const hers = await api("minji");
    const junho = await api("junho");
    const timer = await hers.startTimer({
      allocatedDuration: 1_500,
      kind: "focus",
      cycle: { rest: 300, rounds: 4 },
      tags: ["설계"],
      userIds: [junho.user.id],
    });
    const minji = await visit("minji", { lang });
    const page = new TimersPage(minji);
    await page.open();
    await expect(page.left).toBeVisible();
    await assertAccessible(minji.page, { minor: true });
    await page.history.getByRole("button", { name: minji.t("timer_as_table") }).click();
    await minji.page.getByText(minji.t("timer_more")).click();
    await assertAccessible(minji.page, { minor: true });
    await page.action("timer_invite").click();
    await assertAccessible(minji.page, { minor: true });

    const phone = await visit("minji", { lang, device: PHONE });
    const small = new TimersPage(phone);
    await small.open();
    await expect(small.left).toBeVisible();
    await assertAccessible(phone.page, { minor: true });
    await phone.assertFits();
    await hers.stopTimer(timer.id);
  });

  test(`accessibility: an agenda that runs over, ${lang}, on a desk and on a phone`, async ({ visit, api }) => {
    test.slow();
    const hers = await api("minji");
    const agenda = [
      { title: "인사", seconds: 1 },
      { title: "복지 제도 안내", seconds: 1_800 },
    ];
    const timer = await hers.startTimer({ allocatedDuration: 900, title: "교육", agenda });
    for (const device of [undefined, PHONE]) {
      const minji = await visit("minji", { lang, ...(device && { device }) });
      const page = new TimersPage(minji);
      await page.open();
      await expect(page.agenda.locator(".point-over")).toBeVisible();
      await expect(page.agenda.locator(".timer-warning")).toBeVisible();
      await page.agenda.getByText(minji.t("agenda_all")).click();
      await expect(page.agenda.getByRole("listitem")).toHaveCount(2);
      await assertAccessible(minji.page, { minor: true });
      if (!device) continue;
      for (const button of await page.agenda.getByRole("button").all()) {
        expect((await button.boundingBox())!.height, await button.innerText()).toBeGreaterThanOrEqual(44);
      }
      await minji.assertFits();
    }
    await hers.stopTimer(timer.id);
  });
}
