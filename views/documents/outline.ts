import type { Section } from "../../src/features/search/schema"

export type Heading = { title: string; level: number; start: number }

const LISTED_MAX = 300
const LEVEL_MAX = 3

/** Returns the headings of a text's sections; in code, their declarations. */
export function outline(sections: Section[]): Heading[] {
  const headings: Heading[] = []
  let open: string[] = []
  for (const { start, headingPath } of sections) {
    const same = headingPath.findIndex((title, level) => title !== open[level])
    for (const [index, title] of headingPath.slice(0, LEVEL_MAX).entries()) {
      if (same >= 0 && index >= same) headings.push({ title, level: index + 1, start })
    }
    open = headingPath
  }
  return headings.slice(0, LISTED_MAX)
}
