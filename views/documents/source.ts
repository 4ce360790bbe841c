import { annotate, type Insertion } from "./annotate"

/** A part of a text and the positions to mark in it. Positions refer to the whole text. */
export type Shown = {
  text: string
  /** Where `text` begins. */
  start: number
  /** `[start, end)`. */
  passage?: { start: number; end: number } | undefined
  /** Positions of jump targets (`#at-N`). */
  anchors: number[]
  /** Where pages begin. */
  pageStarts: number[]
}

/** Returns a part of the exact text as HTML, escaped or highlighted, with its marks. */
export function sourceHtml(shown: Shown, html = Bun.escapeHTML(shown.text)): string {
  const { text, start, passage, anchors, pageStarts } = shown
  const end = start + text.length
  const isHere = (at: number) => at >= start && at < end
  const insertions: Insertion[] = anchors
    .filter(isHere)
    .map((at) => ({ at: at - start, html: anchorHtml(at) }))
  // A mark ends before a page heading and continues after it.
  const borders: number[] = []
  for (const [index, at] of pageStarts.entries()) {
    if (!isHere(at)) continue
    insertions.push({ at: at - start, html: pageHtml(index + 1) })
    borders.push(at)
  }
  const from = passage && Math.max(start, passage.start)
  const to = passage && Math.min(end, passage.end)
  if (from === undefined || to === undefined || from >= to) return annotate(html, insertions)
  const cuts = [from, ...borders.filter((at) => at > from && at < to), to]
  const marks = cuts.slice(0, -1).flatMap((at, index) => [
    { at: at - start, html: index === 0 && isHere(passage?.start ?? -1) ? FIRST : "<mark>" },
    { at: (cuts[index + 1] ?? to) - start, html: "</mark>" },
  ])
  // At the same position: first the ends of marks, then page headings, then the starts of marks.
  const ends = marks.filter(({ html }) => html === "</mark>")
  const begins = marks.filter(({ html }) => html !== "</mark>")
  return annotate(html, [...ends, ...insertions, ...begins])
}

const FIRST = '<mark id="passage">'

export function anchorHtml(at: number): string {
  return `<span id="at-${at}"></span>`
}

function pageHtml(number: number): string {
  return `<h2 class="page-mark" id="page-${number}">Page ${number}</h2>`
}
