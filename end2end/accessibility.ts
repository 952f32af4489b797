import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** The rules whose answer follows the colours. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

const SCHEMES = ["light", "dark"] as const;

interface Look {
  /** What axe calls minor or moderate counts too. */
  minor?: boolean;
  /** In which colours; in both, unless they have been looked at elsewhere. */
  schemes?: readonly (typeof SCHEMES)[number][];
}

/**
 * Nothing serious or critical on what is shown now, in light and in dark colours. The page must leave them to
 * the device: without a theme that was chosen, it changes them at once.
 */
export async function assertAccessible(page: Page, { minor = false, schemes = SCHEMES }: Look = {}): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    await drawn(page);
    // In the page itself, which has no frames: else each look opens another page for the results.
    const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
    if (colorScheme !== schemes[0]) axe.withRules(COLOUR_RULES);
    const { violations } = await axe.analyze();
    const found = violations
      .filter(({ impact }) => minor || impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join("\n  ")}`);
    expect(found, `accessibility of ${page.url()}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Waits until nothing fades in any more, nor from one colour to another: half-way there is less contrast. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const isBrief = ({ effect }: Animation) => Number(effect?.getComputedTiming().activeDuration) < 1_000;
    await Promise.allSettled(document.getAnimations().filter(isBrief).map(({ finished }) => finished));
  });
}
