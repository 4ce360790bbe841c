import type { Block } from "./blocks"

const bullet = /^\s*(?:[-*+–—•‣◦▪▫●○■□·\uf000-\uf0ff]|o(?=\s+[\p{L}\d])|\d{1,3}[.)]|[a-z]\))\s+/u
/** A demand with a number stands by itself: `FR-12: …`. */
const numbered = /^\s*\p{Lu}{1,8}(?:-\p{Lu}{2,12})*-?\d+\s?:\s/u
/** A line that ends so far before the others was ended by the writer. */
const FULL_LINE = 0.85
/** With shorter lines, a paragraph says nothing about how wide they may be. */
const WIDTH_MIN = 60

type Line = { start: number; end: number; text: string }

/**
 * Splits a plain text, such as that of a PDF, into headings, paragraphs and list items. A title of
 * `headings` that stands alone is a heading.
 */
export function readPlainBlocks(text: string, headings: readonly string[]): Block[] {
  const paragraphs = paragraphsOf(text)
  const width = Math.max(...paragraphs.flat().map(({ text }) => text.trimEnd().length), WIDTH_MIN)
  return paragraphs.flatMap((lines) => {
    const start = lines[0]?.start ?? 0
    const end = lines.at(-1)?.end ?? 0
    const level = headings.indexOf(text.slice(start, end).replace(/\s+/g, " ").trim()) + 1
    if (level > 0) return [block("heading", start, end, level)]
    const parts = partsOf(lines, width)
    return parts.map((part) => {
      const [first] = part
      const mark = bullet.exec(first?.text ?? "")?.[0].length ?? 0
      const from = (first?.start ?? 0) + mark
      const kind = mark || parts.length > 1 ? "item" : "paragraph"
      return block(kind, from, part.at(-1)?.end ?? from)
    })
  })
}

function block(kind: Block["kind"], start: number, end: number, level = 0): Block {
  return { kind, start, end, whole: { start, end }, level, cells: [], header: [] }
}

function paragraphsOf(text: string): Line[][] {
  const paragraphs: Line[][] = [[]]
  let start = 0
  for (const line of text.split("\n")) {
    if (line.trim()) paragraphs.at(-1)?.push({ start, end: start + line.length, text: line })
    else if (paragraphs.at(-1)?.length) paragraphs.push([])
    start += line.length + 1
  }
  return paragraphs.filter(({ length }) => length > 0)
}

/** Splits a paragraph before list items, with a mark or without. Wrapped lines stay together. */
function partsOf(lines: readonly Line[], width: number): Line[][] {
  const parts: Line[][] = []
  for (const line of lines) {
    const last = parts.at(-1)?.at(-1)
    const isMarked = bullet.test(line.text) || numbered.test(line.text)
    if (!last || isMarked || isNextItem(last, line, width)) parts.push([line])
    else parts.at(-1)?.push(line)
  }
  return parts
}

/** True if a line begins anew though there was room on the last one, which ended no sentence. */
function isNextItem(last: Line, { text }: Line, width: number): boolean {
  const said = last.text.trimEnd()
  const word = /^\s*\S+/.exec(text)?.[0].length ?? 0
  const hadRoom = said.length + 1 + word < width * FULL_LINE
  return hadRoom && /^\s*[\p{Lu}\d"“„«]/u.test(text) && !/[,;(]$/.test(said)
}
