import type { Block, Span } from "./blocks"
import { isSpace, partsPair, skipSpace, trimEnd } from "./characters"
import { linesOf } from "./lines"
import { sentenceStarts } from "./sentences"

const PART_LENGTH = 50_000

/** Cuts prose into sentences and code into lines, and those longer than `size` at words. */
export function* piecesOf(text: string, block: Block, size: number): Generator<Span> {
  for (const span of block.kind === "prose" ? sentences(text, block) : lines(text, block)) {
    yield* cutToSize(text, span, size)
  }
}

/** Yields where pieces of this kind begin within a span, without its own start. */
function* pieceStarts(text: string, kind: Block["kind"], { start, end }: Span) {
  if (kind === "prose") {
    yield* sentenceStarts(text, start, end)
    return
  }
  for (const line of linesOf(text, start, end)) {
    if (line.start > start && skipSpace(text, line.start, line.end) < line.end) yield line.start
  }
}

/** Works on parts, since searching 50 MB for the end of a sentence would block for seconds. */
function* sentences(text: string, { start, end }: Span): Generator<Span> {
  for (let from = skipSpace(text, start, end); from < end; ) {
    const limit = from + PART_LENGTH
    const partEnd = limit < end ? (wordCut(text, from, limit) ?? wholeCut(text, limit)) : end
    for (const next of sentenceStarts(text, from, partEnd)) {
      yield { start: from, end: trimEnd(text, from, next) }
      from = next
    }
    yield { start: from, end: trimEnd(text, from, partEnd) }
    from = skipSpace(text, partEnd, end)
  }
}

/** Keeps indentation, which matters in code. */
function* lines(text: string, { start, end }: Span): Generator<Span> {
  for (const line of linesOf(text, start, end)) {
    const lineEnd = trimEnd(text, line.start, line.end)
    if (lineEnd > line.start) yield { start: line.start, end: lineEnd }
  }
}

function* cutToSize(text: string, span: Span, size: number): Generator<Span> {
  if (span.end - span.start <= size) {
    yield span
    return
  }
  let start = skipSpace(text, span.start, span.end)
  while (span.end - start > size) {
    const limit = start + size
    const cut = wordCut(text, start, limit) ?? wholeCut(text, limit)
    yield { start, end: trimEnd(text, start, cut) }
    start = skipSpace(text, cut, span.end)
  }
  if (start < span.end) yield { start, end: span.end }
}

/** Returns the last offset up to `limit` after a word. `start` must not be white space. */
export function wordCut(text: string, start: number, limit: number): number | undefined {
  if (isSpace(text.charCodeAt(limit))) return limit
  for (let at = limit; at > start; at--) {
    if (isSpace(text.charCodeAt(at - 1))) return at
  }
  return undefined
}

/** Returns `limit`, or one less if it would split a surrogate pair. */
function wholeCut(text: string, limit: number): number {
  return partsPair(text, limit) ? limit - 1 : limit
}

/** Returns where the overlap begins: at the window's first sentence (in code, line) or word. */
export function overlapStart(text: string, kind: Block["kind"], window: Span): number | undefined {
  if (window.start >= window.end) return undefined
  // The border of a sentence that begins at the window is only visible from a little before.
  const seen = { start: Math.max(0, window.start - 4), end: window.end }
  for (const start of pieceStarts(text, kind, seen)) {
    if (start >= window.start) return start
  }
  for (let at = window.start; at < window.end; at++) {
    if (!isSpace(text.charCodeAt(at - 1))) continue
    const start = skipSpace(text, at, window.end)
    return start < window.end ? start : undefined
  }
  return undefined
}
