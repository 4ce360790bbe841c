import type { Line } from "./lines"

const LINE_LENGTH_MAX = 1000
const TITLE_LENGTH_MAX = 200

/** Returns the marker that opens a block of code, such as "```". Undefined for other lines. */
export function fenceOf(text: string, line: Line): string | undefined {
  const [, marker, info = ""] = /^ {0,3}(`{3,}|~{3,})([\s\S]*)$/.exec(beginningOf(text, line)) ?? []
  // "``` a ``` b" is inline code.
  return marker?.startsWith("`") && info.includes("`") ? undefined : marker
}

/** True if the line closes the fence: the same character as `marker`, at least as often. */
export function closesFence(text: string, line: Line, marker: string): boolean {
  const [, closing = ""] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(beginningOf(text, line)) ?? []
  return closing[0] === marker[0] && closing.length >= marker.length
}

/** Returns the heading of a line that begins with #. */
export function atxHeading(text: string, line: Line): { level: number; title: string } | undefined {
  const [, signs, rest = ""] =
    /^ {0,3}(#{1,6})(?![^ \t])([\s\S]*)$/.exec(beginningOf(text, line)) ?? []
  if (!signs || line.end - line.start > LINE_LENGTH_MAX) return undefined
  const title = rest.trimEnd().replace(/(^|[ \t])#{1,99}$/, "")
  return { level: signs.length, title: plainTitle(title) }
}

/** Returns the heading level that a line of = or - gives to the paragraph above. */
export function underline(text: string, line: Line): 1 | 2 | undefined {
  const [, signs] = /^ {0,3}(=+|-+)[ \t]*$/.exec(beginningOf(text, line)) ?? []
  if (!signs) return undefined
  return signs[0] === "=" ? 1 : 2
}

/** Returns a heading's text without Markdown. Each step takes linear time. */
export function plainTitle(title: string): string {
  return title
    .slice(0, LINE_LENGTH_MAX)
    .replace(/\s+/g, " ")
    .replace(/!?\[([^[\]]*)\](?:\([^()]*\)|\[[^[\]]*\])/g, "$1")
    .replace(/ ?\{#[^{}]*\} ?$/, "")
    .replace(/<\/?[a-z][^<>]*>/gi, "")
    .replace(/`+|\*+|~~|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .trim()
    .slice(0, TITLE_LENGTH_MAX)
    .toWellFormed()
}

/** Returns the line, or "" if it is too long to be more than text. */
function beginningOf(text: string, { start, end }: Line): string {
  return end - start > LINE_LENGTH_MAX ? "" : text.slice(start, end)
}
