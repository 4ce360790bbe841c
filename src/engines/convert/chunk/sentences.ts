import { isSpace, skipSpace } from "./characters"

const terminators = ".!?…"
const fullWidth = "。！？"
const closers = "\"')]}”’»"
/** A line that begins so is a list item, a quotation or a row of a table. */
const lineStarts = "-*+>|•"
/** Abbreviations whose full stop ends no sentence. */
const abbreviations: ReadonlySet<string> = new Set(
  (
    "Mr Mrs Ms Dr Prof St Jr Sr vs etc cf al Fig Figs Eq Eqs No Vol p pp ca approx " + "i.e e.g U.S"
  ).split(" "),
)

/** Yields where each sentence after the first begins in `[start, end)`. */
export function* sentenceStarts(text: string, start: number, end: number): Generator<number> {
  let at = start
  while (at < end) {
    const sign = text.charAt(at)
    if (sign === "\n") {
      const next = skipSpace(text, at, end)
      if (next < end && beginsLine(text, at, next)) yield next
      at = next
    } else if (fullWidth.includes(sign)) {
      at = skip(text, at, end, fullWidth + closers)
      const next = skipSpace(text, at, end)
      if (next < end) yield next
      at = next
    } else if (terminators.includes(sign)) {
      const stop = at
      at = skip(text, skip(text, at, end, terminators), end, closers)
      if (at >= end || !isSpace(text.charCodeAt(at))) continue
      const next = skipSpace(text, at, end)
      if (next < end && isBorder(text, start, stop, next)) yield next
      at = next
    } else {
      at++
    }
  }
}

function skip(text: string, from: number, end: number, signs: string): number {
  let at = from
  while (at < end && signs.includes(text.charAt(at))) at++
  return at
}

/** True if the white space from `at` to `next` alone ends a sentence. */
function beginsLine(text: string, at: number, next: number): boolean {
  if (lineStarts.includes(text.charAt(next))) return true
  if (/^\d{1,9}[.)]\s/.test(text.slice(next, next + 12))) return true
  return text.slice(at + 1, Math.min(next, at + 200)).includes("\n")
}

/** A full stop before a small letter, or after an abbreviation or initial, ends no sentence. */
function isBorder(text: string, start: number, stop: number, next: number): boolean {
  if (/\p{Ll}/u.test(text.charAt(next))) return false
  if (text.charAt(stop) !== "." || text.charAt(stop + 1) === ".") return true
  const before = text.slice(Math.max(start, stop - 8), stop)
  const word = /[^\s(]*$/.exec(before)?.[0] ?? ""
  return !abbreviations.has(word) && !/^[A-Za-z]$/.test(word)
}
