import type { Citation } from "../../platform/shapes/citation"
import { type SourceQuote, sourceQuote } from "./output"
import { findQuote } from "./quote"
import type { Source } from "./sources"

/**
 * Binds the quotes in a role's output to exact passages. In `data`, every `{source, quote}` has a
 * citation's number and exact words; `citations` are numbered in order of use, with identical spans
 * merged, and `quote === text.slice(start, end)`. Drops quotes that are not in their source: only
 * retrieved text can be cited. In Markdown, a mark such as `[3]` cites the words before it, or the
 * whole passage if they aren't its own.
 */
export function bindCitations<Output>(
  output: Output,
  sources: readonly Source[],
): { data: Output; citations: Citation[] } {
  if (typeof output === "string") {
    const { data, citations } = bindMarks(output, sources)
    return { data: data as Output, citations }
  }
  const citations: Citation[] = []

  function bind({ source, quote }: SourceQuote): SourceQuote[] {
    const found = sources.find(({ number }) => number === source)
    const citation = found && cite(found, quote)
    if (!citation) return []
    const same = citations.find((other) => sameSpan(other, citation))
    const number = same?.number ?? citations.length + 1
    if (!same) citations.push({ ...citation, number })
    return [{ source: number, quote: citation.quote }]
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

const code = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/
const mark = /(?<![\w"')])\[(\d+)\]/g

/** Numbers the marks of a Markdown text in order of use. Code has none: `list[3]` stays. */
function bindMarks(markdown: string, sources: readonly Source[]) {
  const citations: Citation[] = []
  const parts = markdown.split(code).map((part, nth) => {
    if (nth % 2 === 1) return part
    return part.replace(mark, (written, number, at: number) => {
      const source = sources.find((other) => other.number === Number(number))
      const citation = source && (cite(source, claimBefore(part, at)) ?? cite(source, ""))
      if (!citation) return written
      const same = citations.find((other) => sameSpan(other, citation))
      if (!same) citations.push({ ...citation, number: citations.length + 1 })
      return `[${same?.number ?? citations.length}]`
    })
  })
  return { data: parts.join(""), citations }
}

/** Returns what a mark supports: the words of its line before it, without a list's sign. */
function claimBefore(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at)
  return line
    .replace(/^\s*(?:[-*+]|\d+[.)])\s+/, "")
    .replace(mark, "")
    .trim()
}

function oncePerNumber(quotes: SourceQuote[]): SourceQuote[] {
  return quotes.filter(
    ({ source }, index) => quotes.findIndex((other) => other.source === source) === index,
  )
}

function cite({ passage }: Source, quote: string): Omit<Citation, "number"> | undefined {
  const { content, document_id, document_name, document_version, chunk_index, heading_path } =
    passage
  // An empty quote cites the whole passage. A quote that isn't in it cites nothing.
  const span = quote.trim() === "" ? { start: 0, end: content.length } : findQuote(content, quote)
  if (!span) return undefined
  const { start, end } = span
  return {
    document_id,
    document_name,
    document_version,
    chunk_index,
    start: passage.start + start,
    end: passage.start + end,
    heading_path,
    quote: content.slice(start, end),
  }
}

type Place = Pick<Citation, "document_id" | "document_version" | "start" | "end">

function sameSpan(a: Place, b: Place): boolean {
  return (
    a.document_id === b.document_id &&
    a.document_version === b.document_version &&
    a.start === b.start &&
    a.end === b.end
  )
}
