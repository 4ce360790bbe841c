import type { DocumentDetail } from "../../src/documents/schema"

export type Heading = { title: string; level: number; start: number; end: number }

/** The `#` headings outside of code blocks, with their spans in the text. */
export function outline({ content }: Pick<DocumentDetail, "content">): Heading[] {
  const headings: Heading[] = []
  let start = 0
  let fenced = false
  for (const line of content.split("\n")) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced
    const match = fenced ? null : /^(#{1,3})\s+(.+?)\s*#*\s*$/.exec(line)
    const [, marks = "", title = ""] = match ?? []
    if (match) headings.push({ title, level: marks.length, start, end: start + line.length })
    start += line.length + 1
  }
  return headings
}
