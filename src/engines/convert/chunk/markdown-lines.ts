import type { Line } from "./lines"

/** No line of Markdown that means something special is longer than this. */
const LINE_LENGTH_MAX = 1000
const TITLE_LENGTH_MAX = 200

/** The marker that opens a block of code, such as "```"; undefined for other lines. */
export function fenceOf(text: string, line: Line): string | undefined {
  const [, marker, info = ""] = /^ {0,3}(`{3,}|~{3,})([\s\S]*)$/.exec(beginningOf(text, line)) ?? []
  // "``` a ``` b" is inline code.
  return marker?.startsWith("`") && info.includes("`") ? undefined : marker
}

/** Whether the line closes the fence that `marker` opened: the same sign, at least as often. */
export function closesFence(text: string, line: Line, marker: string): boolean {
  const [, closing = ""] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(beginningOf(text, line)) ?? []
  return closing[0] === marker[0] && closing.length >= marker.length
}

/** The heading that a line with leading # is. */
export function atxHeading(text: string, line: Line): { level: number; title: string } | undefined {
  const [, signs, rest = ""] =
    /^ {0,3}(#{1,6})(?![^ \t])([\s\S]*)$/.exec(beginningOf(text, line)) ?? []
  if (!signs || line.end - line.start > LINE_LENGTH_MAX) return undefined
  const title = rest.trimEnd().replace(/(^|[ \t])#{1,99}$/, "")
  return { level: signs.length, title: plainTitle(title) }
}

/** The level of the heading that a line of = or - makes of the paragraph above. */
export function underline(text: string, line: Line): 1 | 2 | undefined {
  const [, signs] = /^ {0,3}(=+|-+)[ \t]*$/.exec(beginningOf(text, line)) ?? []
  if (!signs) return undefined
  return signs[0] === "=" ? 1 : 2
}

/** A heading's text as one reads it, without Markdown's signs. Each step takes linear time. */
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

/** The line, unless it is too long to be special: then a beginning that matches nothing above. */
function beginningOf(text: string, { start, end }: Line): string {
  return end - start > LINE_LENGTH_MAX ? "" : text.slice(start, end)
}
