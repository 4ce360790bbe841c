/** Offsets in a text; `end` is exclusive. */
export type Span = { start: number; end: number }

/**
 * Finds a quote in a text: verbatim, otherwise ignoring what copying changes (white space, case,
 * marks, dashes, an ellipsis at either end). Returns the exact span, or undefined.
 */
export function findQuote(text: string, quote: string): Span | undefined {
  const wanted = quote.trim()
  if (!wanted) return undefined
  const verbatim = text.indexOf(wanted)
  if (verbatim >= 0) return { start: verbatim, end: verbatim + wanted.length }

  const haystack = folded(text)
  const needle = folded(wanted.replace(/^(\.{3}|…)\s*|\s*(\.{3}|…)$/g, "")).text.trim()
  const found = needle ? haystack.text.indexOf(needle) : -1
  const first = haystack.spans[found]
  const last = haystack.spans[found + needle.length - 1]
  return first && last ? withMarks(text, wanted, { start: first.start, end: last.end }) : undefined
}

/** Takes in the marks at either end of a quote, which a comparison ignores. */
function withMarks(text: string, quote: string, { start, end }: Span): Span {
  const [lead = ""] = /^[*`]+/.exec(quote) ?? []
  const [tail = ""] = /[*`]+$/.exec(quote) ?? []
  return {
    start: text.endsWith(lead, start) ? start - lead.length : start,
    end: text.startsWith(tail, end) ? end + tail.length : end,
  }
}

/** Normalizes a text for comparison. `spans` has the original span of each UTF-16 unit. */
function folded(text: string): { text: string; spans: Span[] } {
  const units: string[] = []
  const spans: Span[] = []
  let start = 0
  for (const character of text) {
    const end = start + character.length
    for (const unit of fold(character, units.at(-1))) {
      units.push(unit)
      spans.push({ start, end })
    }
    start = end
  }
  return { text: units.join(""), spans }
}

function fold(character: string, before: string | undefined): string[] {
  if (/\s/.test(character)) return before === undefined || before === " " ? [] : [" "]
  if (/[*`]/.test(character)) return []
  if (/[‘’‚‛′]/.test(character)) return ["'"]
  if (/[“”„«»″]/.test(character)) return ['"']
  if (/[‐-―−]/.test(character)) return ["-"]
  return character.toLowerCase().split("")
}
