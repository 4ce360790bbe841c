import type { Line } from "./pdf-columns"

/** Lines this many usual distances apart are in different paragraphs. */
const PARAGRAPH_GAP = 1.4
/** Letters that differ in size by more than this factor are in different paragraphs. */
const SIZE_STEP = 1.15
/** Lines of a title are at most this many heights of its letters apart. */
const TITLE_GAP = 1.5
const hyphenAtEnd = /(\p{L})[-\u00ad\u2010]$/u

/** Joins all pages into one text. Returns where each begins. */
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
    // A sentence may continue on the next page.
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
  // A sentence that the last line didn't end continues at the top of the next column.
  if (distance < 0) return !/[.!?:]$/.test(line.text)
  // Lines of large letters, such as those of a title, are further apart.
  return distance <= Math.max(usual * PARAGRAPH_GAP, Math.min(line.height, next.height) * TITLE_GAP)
}

/** Returns what to put between two lines of a paragraph, and how much to cut off the first. */
function jointOf(line: string, next: string, compounds: ReadonlySet<string>) {
  const goesOn = hyphenAtEnd.test(line) && /^\p{Ll}/u.test(next)
  if (!goesOn) return { cut: 0, between: "\n" }
  const before = /[\p{L}\p{N}]+(?=.$)/u.exec(line)?.[0] ?? ""
  const after = /^[\p{L}\p{N}]+/u.exec(next)?.[0] ?? ""
  return { cut: compounds.has(`${before}-${after}`.toLowerCase()) ? 0 : 1, between: "" }
}

/** Finds words with a hyphen inside a line: at a line's end, their hyphen is kept. */
function compoundsOf(pages: Line[][]): Set<string> {
  const found = new Set<string>()
  for (const { text } of pages.flat()) {
    for (const [word] of text.matchAll(/[\p{L}\p{N}]+-[\p{L}\p{N}]+/gu))
      found.add(word.toLowerCase())
  }
  return found
}
