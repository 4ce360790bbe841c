import axe from "axe-core"
import type { Page } from "playwright-core"

/** What axe finds wrong on the page, in a line each. It is put in past the page's CSP. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // `evaluate` runs outside of the page's policy, where a script element would not.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => axe.run())
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((it) => it.html).join(" | ")}`)
}
