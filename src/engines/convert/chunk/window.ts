import type { TextWindow } from "../../../platform/shapes/document"

/** The wanted part of a text: it begins at, ends at, or surrounds an offset. */
export type Place = { from: number } | { to: number } | { around: number }

/** The length of a page, in UTF-16 units: some twenty screens. */
const WINDOW_SIZE = 50_000
/** How much of it comes before the offset that it surrounds. */
const LEAD = 5000
/** How far a border may move to the end of a paragraph or line. */
const BORDER = 2000

/** Reads a window of a text in parts. It ends between paragraphs or lines where possible. */
export async function readWindow(
  parts: AsyncIterable<string>,
  place: Place,
  size = WINDOW_SIZE,
): Promise<TextWindow> {
  const [start, end] = rangeOf(place, size)
  const { text, hasMore } = await slice(parts, start, end)
  const first = "from" in place || start === 0 ? 0 : lineStart(text)
  const last = hasMore && !("to" in place) ? paragraphEnd(text) : text.length
  return { text: text.slice(first, last), start: start + first, end: start + last, hasMore }
}

function rangeOf(place: Place, size: number): [number, number] {
  if ("from" in place) return [place.from, place.from + size]
  if ("to" in place) return [Math.max(0, place.to - size), place.to]
  const start = Math.max(0, place.around - LEAD)
  return [start, start + size]
}

async function slice(parts: AsyncIterable<string>, start: number, end: number) {
  const found: string[] = []
  let at = 0
  for await (const part of parts) {
    if (at >= end) return { text: found.join(""), hasMore: true }
    found.push(part.slice(Math.max(0, start - at), Math.max(0, end - at)))
    at += part.length
  }
  return { text: found.join(""), hasMore: at > end }
}

/** Skips the first line, which began before the window, or half a character. */
function lineStart(text: string): number {
  const line = text.slice(0, BORDER).indexOf("\n")
  return line >= 0 ? line + 1 : /^[\udc00-\udfff]/.test(text) ? 1 : 0
}

function paragraphEnd(text: string): number {
  const border = Math.max(0, text.length - BORDER)
  const tail = text.slice(border)
  const [, paragraphs = ""] = /^([\s\S]*\n\r?\n)/.exec(tail) ?? []
  const shown = paragraphs.length || tail.lastIndexOf("\n") + 1
  if (shown > 0) return border + shown
  return /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length
}
