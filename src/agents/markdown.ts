import type { Citation } from "./citation"
import type { SourceQuote } from "./output"
import { placeOf } from "./sources"

/** ` [1][4]` after what they support; empty without support. */
export function marks(citations: readonly SourceQuote[]): string {
  return citations.length ? ` ${citations.map(({ source }) => `[${source}]`).join("")}` : ""
}

/** A section, or what says that there is nothing in it: an empty heading looks like a fault. */
export function section(title: string, blocks: readonly string[], none: string): string {
  return `## ${title}\n\n${blocks.length ? blocks.join("\n") : `*${none}*`}\n`
}

/** One line of text: a list item or heading must not be broken by a source's line breaks. */
export function line(text: string): string {
  return text.replace(/\s+/g, " ").trim()
}

/** The title, the sections, and the list of what they cite with exact places. */
export function artifact(
  title: string,
  summary: string,
  sections: readonly string[],
  citations: readonly Citation[],
): string {
  return [`# ${title}\n\n${summary.trim()}\n`, ...sections, listSources(citations)].join("\n")
}

/** What is cited, with exact places. */
export function listSources(citations: readonly Citation[]): string {
  const listed = citations.map(
    (citation) =>
      `- [${citation.number}] ${placeOf(citation)}, characters ${citation.start}–${citation.end}: ` +
      `“${shortened(line(citation.quote))}”`,
  )
  return section("Sources", listed, "Nothing is cited.")
}

const QUOTE_SHOWN_MAX = 160

function shortened(quote: string): string {
  if (quote.length <= QUOTE_SHOWN_MAX) return quote
  return `${quote.slice(0, quote.lastIndexOf(" ", QUOTE_SHOWN_MAX))} …`
}
