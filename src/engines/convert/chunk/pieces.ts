import type { Block, Span } from "./blocks"
import { isSpace, partsPair, skipSpace, trimEnd } from "./characters"
import { linesOf } from "./lines"
import { sentenceStarts } from "./sentences"

const PART_LENGTH = 50_000

/** Cuts a block into sentences, code into lines; those that are longer than `size` at words. */
export function* piecesOf(text: string, block: Block, size: number): Generator<Span> {
  for (const span of block.kind === "prose" ? sentences(text, block) : lines(text, block)) {
    yield* cutToSize(text, span, size)
  }
}

/** Where pieces of this kind begin within a span, the span's own start left out. */
export function* pieceStarts(text: string, kind: Block["kind"], { start, end }: Span) {
  if (kind === "prose") {
    yield* sentenceStarts(text, start, end)
    return
  }
  for (const line of linesOf(text, start, end)) {
    if (line.start > start && skipSpace(text, line.start, line.end) < line.end) yield line.start
  }
}

/**
 * A long text is taken by parts, at whose ends a sentence may be cut: looking for the end of one
 * without any in 50 MB would take seconds in which nothing else happens.
 */
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

/** Lines keep their indentation, which means something in code. */
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

/** The last place up to `limit` behind a word, counted from `start`, which is no white space. */
export function wordCut(text: string, start: number, limit: number): number | undefined {
  if (isSpace(text.charCodeAt(limit))) return limit
  for (let at = limit; at > start; at--) {
    if (isSpace(text.charCodeAt(at - 1))) return at
  }
  return undefined
}

/** `limit`, or one less where it would part a surrogate pair. */
function wholeCut(text: string, limit: number): number {
  return partsPair(text, limit) ? limit - 1 : limit
}
