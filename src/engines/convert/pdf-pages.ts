import type { Line } from "./pdf-line"

/** Lines further apart than this, measured in the usual distance, are of different paragraphs. */
const PARAGRAPH_GAP = 1.4
/** Letters that differ so much in size are of different paragraphs. */
const SIZE_STEP = 1.15
const hyphenAtEnd = /(\p{L})[-\u00ad\u2010]$/u

/** One text of all pages, and where in it each begins. */
export function joinPages(pages: Line[][]): { text: string; pageStarts: number[] } {
  const compounds = compoundsOf(pages)
  const pageStarts: number[] = []
  const parts: string[] = []
  let length = 0
  const add = (part: string) => {
    parts.push(part)
    length += part.length
  }
  for (const lines of pages) {
    // A sentence may go on where the next page begins.
    const [first] = lines
    if (length > 0 && first) add(/^\p{Ll}/u.test(first.text) ? "\n" : "\n\n")
    pageStarts.push(length)
    const usual = usualDistance(lines)
    for (const [i, line] of lines.entries()) {
      const next = lines[i + 1]
      const isSame = next !== undefined && isOneParagraph(line, next, usual)
      const joint = isSame ? jointOf(line.text, next.text, compounds) : undefined
      add(joint ? line.text.slice(0, line.text.length - joint.cut) + joint.between : line.text)
      if (next && !joint) add("\n\n")
    }
  }
  return { text: parts.join(""), pageStarts }
}

/** The most frequent distance of two lines, one below the other. */
function usualDistance(lines: Line[]): number {
  const distances = new Map<number, number>()
  for (const [i, line] of lines.entries()) {
    const distance = Math.round((lines[i - 1]?.y ?? line.y) - line.y)
    if (distance > 0) distances.set(distance, (distances.get(distance) ?? 0) + 1)
  }
  return [...distances].sort(([a, m], [b, n]) => n - m || a - b)[0]?.[0] ?? 0
}

function isOneParagraph(line: Line, next: Line, usual: number): boolean {
  const sizes = [line.height, next.height].sort((a, b) => a - b)
  if ((sizes[1] ?? 1) > (sizes[0] ?? 1) * SIZE_STEP) return false
  const distance = line.y - next.y
  // At the top of the next column a sentence goes on that the last line did not end.
  if (distance < 0) return !/[.!?:]$/.test(line.text)
  return distance <= usual * PARAGRAPH_GAP
}

/** What stands between two lines of a paragraph, and how much of the first is cut off. */
function jointOf(line: string, next: string, compounds: ReadonlySet<string>) {
  const goesOn = hyphenAtEnd.test(line) && /^\p{Ll}/u.test(next)
  if (!goesOn) return { cut: 0, between: "\n" }
  const before = /[\p{L}\p{N}]+(?=.$)/u.exec(line)?.[0] ?? ""
  const after = /^[\p{L}\p{N}]+/u.exec(next)?.[0] ?? ""
  return { cut: compounds.has(`${before}-${after}`.toLowerCase()) ? 0 : 1, between: "" }
}

/** Words that have a hyphen also in the middle of a line, so that one at its end may be theirs. */
function compoundsOf(pages: Line[][]): Set<string> {
  const found = new Set<string>()
  for (const { text } of pages.flat()) {
    for (const [word] of text.matchAll(/[\p{L}\p{N}]+-[\p{L}\p{N}]+/gu))
      found.add(word.toLowerCase())
  }
  return found
}
