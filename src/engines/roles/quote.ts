/** Offsets in a text; `end` is exclusive. */
export type Span = { start: number; end: number }

const ellipsis = /\s*(?:\[(?:\.{3}|…)\]|\.{3}|…)\s*/

/**
 * Finds a quote in a text: verbatim, otherwise ignoring what copying changes (white space, case,
 * marks, dashes, and an ellipsis, where parts must follow each other). Returns the exact span, or
 * undefined.
 */
export function findQuote(text: string, quote: string): Span | undefined {
  const wanted = quote.trim()
  if (!wanted) return undefined
  const verbatim = text.indexOf(wanted)
  if (verbatim >= 0) return { start: verbatim, end: verbatim + wanted.length }

  const haystack = folded(text)
  const needles = wanted.split(ellipsis).map((part) => folded(part).text.trim())
  let at = 0
  let start: number | undefined
  for (const needle of needles.filter(Boolean)) {
    const found = haystack.text.indexOf(needle, at)
    if (found < 0) return undefined
    start ??= haystack.spans[found]?.start
    at = found + needle.length
  }
  const end = haystack.spans[at - 1]?.end
  return start === undefined || end === undefined
    ? undefined
    : withMarks(text, wanted, { start, end })
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
