import type { Citation } from "../../platform/shapes/citation"
import { findQuote, type Span } from "./quote"
import type { Source } from "./sources"

/**
 * Cites the words of a quote in a source, or the whole passage if the quote is empty. Returns
 * undefined if the words aren't in it. `quote === text.slice(start, end)` of the document.
 */
export function cite(source: Source, quote: string): Omit<Citation, "number"> | undefined {
  const { content } = source.passage
  const span = quote.trim() === "" ? { start: 0, end: content.length } : findQuote(content, quote)
  return span && citeSpan(source, span)
}

/** Cites a span of a source's passage, whose offsets count from the passage's begin. */
export function citeSpan({ passage }: Source, { start, end }: Span): Omit<Citation, "number"> {
  const { document_id, document_name, document_version, chunk_index, page, heading_path } = passage
  return {
    ...{ document_id, document_name, document_version, chunk_index, page, heading_path },
    start: passage.start + start,
    end: passage.start + end,
    quote: passage.content.slice(start, end),
  }
}

/** Adds a citation unless its span is listed already. Returns its number in order of use. */
export function addCitation(citations: Citation[], citation: Omit<Citation, "number">): number {
  const same = citations.find((other) => isSameSpan(other, citation))
  if (same) return same.number
  const number = citations.length + 1
  citations.push({ number, ...citation })
  return number
}

type Place = Pick<Citation, "document_id" | "document_version" | "start" | "end">

function isSameSpan(a: Place, b: Place): boolean {
  return (["document_id", "document_version", "start", "end"] as const).every(
    (key) => a[key] === b[key],
  )
}
