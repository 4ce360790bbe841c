import type { Citation } from "../../platform/shapes/citation"
import { cite, citeSpan } from "./cite"
import { termsOf } from "./rules/terms"
import { readUnits } from "./rules/units"
import type { Source } from "./sources"

/** Words before a mark: the line so far, and the part of it since the mark before. */
export type Claim = { line: string; claim: string }

/** Fewer words than this are a name rather than a quotation, and may be anywhere in a text. */
const QUOTED_WORDS_MIN = 3
/** A sentence supports a claim if it has two of its terms, or this share of them. */
const SHARED_MIN = 2
const SUPPORT_MIN = 0.4

const quotation = /(?<![\p{L}\p{N}])["“„«]([^"“”„«»\n]+)["”“»]/gu

/**
 * Finds the words that support a claim: its quotation, its own words, else the sentence of the
 * source that shares most with it, else the whole passage. Returns undefined for a quotation that
 * no source has.
 */
export function bindClaim(
  { line, claim }: Claim,
  source: Source,
  sources: readonly Source[],
): Omit<Citation, "number"> | undefined {
  const quoted = quotationIn(line, claim)
  if (quoted) {
    // Models mix up numbers: the words decide.
    const others = [source, ...sources].map((other) => cite(other, quoted))
    return others.find((citation) => citation !== undefined)
  }
  const own = [line, claim].map(statementOf).filter((words) => wordsIn(words) >= QUOTED_WORDS_MIN)
  const verbatim = own.map((words) => cite(source, words)).find((found) => found !== undefined)
  return verbatim ?? supporting(claim, source) ?? cite(source, "")
}

/** Returns the last quotation of a claim, or a quoted line. Undefined without one. */
function quotationIn(line: string, claim: string): string | undefined {
  const [, block] = /^\s*>\s?(.*)/.exec(line) ?? []
  const inline = [...claim.matchAll(quotation)].map(([, words = ""]) => words)
  const quotes = [...(block ? [block] : []), ...inline].map((words) => words.replace(/[.,;]$/, ""))
  return quotes.findLast((words) => wordsIn(words) >= QUOTED_WORDS_MIN)
}

/** Returns the words without a list's sign, from the last sentence's begin. */
function statementOf(text: string): string {
  return text.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, "").trim()
}

function wordsIn(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0
}

function supporting(claim: string, source: Source): Omit<Citation, "number"> | undefined {
  const terms = termsOf(claim)
  const ranked = readUnits([source]).flatMap((unit) => {
    const shared = unit.terms.intersection(terms).size
    return unit.kind === "heading" ? [] : { unit, shared, rest: unit.terms.size - shared }
  })
  const [best] = ranked.toSorted((a, b) => b.shared - a.shared || a.rest - b.rest)
  if (!best || best.shared < Math.max(1, Math.min(SHARED_MIN, terms.size * SUPPORT_MIN)))
    return undefined
  const { passage } = source
  const start = best.unit.start - passage.start
  return citeSpan(source, { start, end: start + best.unit.quote.length })
}
