const LENGTH_MAX = 360
/** Characters kept before the first match. */
const BEFORE = 80
/** Markdown marks at the start of a line, meaningless without the surrounding lines. */
const MARKS = /^\s*(#{1,6}\s|```\w*|[-*>]\s)/gm

export type ExcerptPart = { text: string; hit: boolean }

/**
 * Returns the part of a passage around the first match, cut at spaces, with the query's words
 * marked. Words match by prefix, because the search matches stems.
 */
export function excerpt(content: string, query: string): ExcerptPart[] {
  const text = content.replace(MARKS, "").replace(/\s+/g, " ").trim()
  const pattern = wordPattern(query)
  const first = pattern ? text.search(pattern) : -1
  const shown = cut(text, first)
  if (!pattern) return [{ text: shown, hit: false }]
  const parts = shown.split(pattern)
  return parts.flatMap((part, index) => (part ? [{ text: part, hit: index % 2 === 1 }] : []))
}

/** Matches words of three or more letters, in a group so that `split` keeps the matches. */
function wordPattern(query: string): RegExp | undefined {
  const words = query.toLowerCase().match(/[\p{L}\p{N}_]{3,}/gu)
  if (!words) return undefined
  const stems = words.map((word) => (word.length > 6 ? word.slice(0, -2) : word))
  return new RegExp(`(?<![\\p{L}\\p{N}])((?:${stems.join("|")})[\\p{L}\\p{N}]*)`, "giu")
}

function cut(text: string, first: number): string {
  if (text.length <= LENGTH_MAX) return text
  const from = first > BEFORE ? text.indexOf(" ", first - BEFORE) + 1 : 0
  const end = Math.min(text.length, from + LENGTH_MAX)
  const to = end === text.length ? end : Math.max(from + 1, text.lastIndexOf(" ", end))
  return `${from > 0 ? "… " : ""}${text.slice(from, to)}${to < text.length ? " …" : ""}`
}
