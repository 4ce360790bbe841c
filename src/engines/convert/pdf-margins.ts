import type { Line } from "./pdf-line"

/** How far from the edge of a page a header or footer stands, as a share of its height. */
const MARGIN = 0.08
/** On so many pages, and on this share of all, a line is no part of the text. */
const REPEATED_MIN = 3
const REPEATED_SHARE = 0.3

/**
 * Pages without the lines near their upper and lower edges that repeat, but for the number of the
 * page. A page is never left empty by that.
 */
export function withoutMargins(pages: Line[][]): Line[][] {
  const counts = new Map<string, number>()
  for (const page of pages) {
    for (const key of new Set(page.flatMap((line) => keyOf(line) ?? []))) {
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  const enough = Math.max(REPEATED_MIN, pages.length * REPEATED_SHARE)
  return pages.map((page) => {
    const rest = page.filter((line) => (counts.get(keyOf(line) ?? "") ?? 0) < enough)
    return rest.length > 0 ? rest : page
  })
}

/** What is the same on each page where the line stands; undefined for what is within the page. */
function keyOf({ text, share }: Line): string | undefined {
  if (share > MARGIN && share < 1 - MARGIN) return undefined
  const words = text.replace(/^\d+\s+|\s+\d+$|\d+ ?(of|\/|von|de|sur) ?\d+$|^\d+$/g, "")
  return `${share > 0.5 ? "top" : "bottom"} ${words}`
}
