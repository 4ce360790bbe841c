import type { Line } from "./pdf-columns"

/** Headers and footers are this close to the edge, as a share of the page's height. */
const MARGIN = 0.08
/** A line on this many pages, and on this share of all, is no part of the text. */
const REPEATED_MIN = 3
const REPEATED_SHARE = 0.3

/** Removes repeated lines near the edges, except from pages that have nothing else. */
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

function keyOf({ text, share }: Line): string | undefined {
  if (share > MARGIN && share < 1 - MARGIN) return undefined
  const words = text.replace(/^\d+\s+|\s+\d+$|\d+ ?(of|\/|von|de|sur) ?\d+$|^\d+$/g, "")
  return `${share > 0.5 ? "top" : "bottom"} ${words}`
}
