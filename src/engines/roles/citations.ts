import type { Citation } from "../../platform/shapes/citation"
import { addCitation, cite } from "./cite"
import { createMarkReader } from "./mark-reader"
import { type SourceQuote, sourceQuote } from "./output"
import type { Source } from "./sources"

/**
 * Binds the quotes in a role's output to exact passages. In `data`, every `{source, quote}` has a
 * citation's number and exact words; `citations` are numbered in order of use, with identical spans
 * merged, and `quote === text.slice(start, end)`. Drops quotes that are not in their source: only
 * retrieved text can be cited. In Markdown, the marks are read as in `createMarkReader`.
 */
export function bindCitations<Output>(
  output: Output,
  sources: readonly Source[],
): { data: Output; citations: Citation[] } {
  if (typeof output === "string") {
    const reader = createMarkReader(sources)
    const data = reader.write(output) + reader.end()
    return { data: data as Output, citations: reader.citations }
  }
  const citations: Citation[] = []

  function bind({ source, quote }: SourceQuote): SourceQuote[] {
    const found = sources.find(({ number }) => number === source)
    const citation = found && cite(found, quote)
    return citation ? [{ source: addCitation(citations, citation), quote: citation.quote }] : []
  }

  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== "object" || value === null) return value
    const entries = Object.entries(value).map(([key, inner]) => {
      const support = sourceQuote.array().safeParse(key === "citations" ? inner : undefined)
      return [key, support.success ? oncePerNumber(support.data.flatMap(bind)) : walk(inner)]
    })
    return Object.fromEntries(entries)
  }

  // The walk keeps every key, and a list of SourceQuote stays one, so the type holds.
  return { data: walk(output) as Output, citations }
}

function oncePerNumber(quotes: SourceQuote[]): SourceQuote[] {
  return quotes.filter(
    ({ source }, index) => quotes.findIndex((other) => other.source === source) === index,
  )
}
