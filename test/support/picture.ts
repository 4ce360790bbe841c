import { expect } from "bun:test"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import type { Page } from "playwright-core"
import { accessibilityProblems } from "./axe"

const pictures = join(import.meta.dir, "..", "..", "dist", "screenshots")

/** A picture narrow and wide for people to look at; no page may scroll sideways or fail axe. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(pictures, { recursive: true })
  for (const [width, height] of [
    [390, 844],
    [1280, 900],
  ] as const) {
    await page.setViewportSize({ width, height })
    // A hidden caret leaves a style on each text field, which the page's policy forbids to copy.
    const look = { fullPage: true, caret: "initial" } as const
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), ...look })
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow, `${name} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0)
  }
  expect(await accessibilityProblems(page), name).toEqual([])
}
