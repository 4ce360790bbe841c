/** A mark that cites numbered sources, with the space and the bracket before it. */
export type Mark = { kind: "mark"; raw: string; lead: string; opened: boolean; numbers: number[] }
/** A piece of an answer: text and code as they are, or a mark. */
type Token = { kind: "text" | "code"; raw: string } | Mark

/** Reads the next token at `at`. Returns undefined if it depends on what is still to come. */
type ReadToken = (text: string, at: number, isEnd: boolean) => Token | undefined

/** Models hold the end of a code span back no longer than this many characters. */
const SPAN_MAX = 1000
/** `[1-400]` cites nothing that a person could check. */
const RANGE_MAX = 20

const openFence = /[ \t>]{0,40}(?:(?:[-*+]|\d{1,9}[.)]) +)?(`{3,}|~{3,})/y
const maybeOpenFence = /[ \t>]{0,40}(?:(?:[-*+]|\d{1,9}[.)]) *)?(?:`*|~*)$/y
const restOfLine = /[^\n]*\n?/y
const span = new RegExp(`(\`+)(?!\`)[^\\n]{0,${SPAN_MAX}}?[^\`\\n]\\1(?!\`)`, "y")
const ticks = /`+/y
const plain = /[^\n`[【 \t(]+|[\s\S]/y
const list = String.raw`\d{1,3}(?:[ ]{0,3}[-–,;][ ]{0,3}\d{1,3}){0,30}`
const word = "(?:sources?|docs?|documents?|passages?|ref(?:erence)?s?|citations?)"
const mark = new RegExp(
  String.raw`([ \t]{0,8})(\(?)(?:\[\^?(?: ?${word}:?)? ?(${list}) ?\]|【(\d{1,3})(?:[:†][^】\n]{0,80})?】)`,
  "iy",
)
const maybeMark =
  /[ \t]{0,8}\(?(?:\[\^?(?: ?[a-z]{0,10}:?)? ?[\d ,;–-]{0,120}\]?|【[^】\n]{0,90}】?)?$/iy
/** What a mark at the begin of a line defines: a link's address. */
const address = /:[ \t]{0,4}(?:<|\/|#|\.|[a-z]{3,6}:)/iy
const maybeAddress = /:[ \t]{0,4}[a-z]{0,6}$/iy

const isAt = (pattern: RegExp, text: string, at: number) => {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/**
 * Splits Markdown into tokens while it is written. Marks are `[3]`, `[1, 2]`, `[1-3]`, `[Source 3]`,
 * `[^3]` and `【3†source】`, but not `[3](url)`, `[3]: url` or anything in code.
 */
export function createTokenReader(): ReadToken {
  let fence: string | undefined
  let isLineStart = true

  function readFenced(text: string, at: number, isEnd: boolean): Token | undefined {
    const raw = isAt(restOfLine, text, at)?.[0] ?? ""
    // A begun line may become the closing fence.
    const mayClose = isLineStart && !raw.endsWith("\n") && /^[ \t>]*[`~]*[ \t]*$/.test(raw)
    return mayClose && !isEnd ? undefined : { kind: "code", raw }
  }

  const closes = (line: string, fence: string) => {
    const end = line.replace(/^[ \t>]+/, "").trimEnd()
    return end.startsWith(fence) && end === fence[0]?.repeat(end.length)
  }

  function readFence(text: string, at: number, isEnd: boolean): Token | "wait" | undefined {
    const opened = isAt(openFence, text, at)
    if (!opened) return !isEnd && isAt(maybeOpenFence, text, at) ? "wait" : undefined
    const raw = isAt(restOfLine, text, at)?.[0] ?? ""
    if (!raw.endsWith("\n") && !isEnd) return "wait"
    const [begin, sign = ""] = opened
    // Backticks after a fence of backticks are a code span.
    if (sign[0] === "`" && raw.slice(begin.length).includes("`")) return undefined
    fence = sign
    return { kind: "code", raw }
  }

  function read(text: string, at: number, isEnd: boolean): Token | undefined {
    if (fence) {
      const token = readFenced(text, at, isEnd)
      if (token && isLineStart && closes(token.raw, fence)) fence = undefined
      return token
    }
    const opening = isLineStart ? readFence(text, at, isEnd) : undefined
    if (opening) return opening === "wait" ? undefined : opening
    if (text[at] === "`") return readSpan(text, at, isEnd)
    const found = isAt(mark, text, at)
    if (!isEnd && isAt(maybeMark, text, at)) return undefined
    if (found) {
      const end = at + found[0].length
      if (isLineStart && !isEnd && isAt(maybeAddress, text, end)) return undefined
      const isLink = text[end] === "(" || (isLineStart && isAt(address, text, end) !== null)
      return isLink ? { kind: "text", raw: found[0] } : markOf(found)
    }
    return { kind: "text", raw: isAt(plain, text, at)?.[0] ?? "" }
  }

  return (text, at, isEnd) => {
    if (at >= text.length) return undefined
    const token = read(text, at, isEnd)
    if (token) isLineStart = token.raw.endsWith("\n")
    return token
  }
}

function readSpan(text: string, at: number, isEnd: boolean): Token | undefined {
  const [whole] = isAt(span, text, at) ?? []
  // The closing backticks may be the first of more.
  if (whole && (isEnd || at + whole.length < text.length)) return { kind: "code", raw: whole }
  const rest = text.slice(at, at + SPAN_MAX + 1)
  if (!isEnd && rest.length <= SPAN_MAX && !rest.includes("\n")) return undefined
  return { kind: "text", raw: isAt(ticks, text, at)?.[0] ?? "" }
}

function markOf(found: RegExpExecArray): Mark {
  const [raw, lead = "", bracket = "", numbers = found[4] ?? ""] = found
  return { kind: "mark", raw, lead, opened: bracket !== "", numbers: numbersIn(numbers) }
}

/** Lists the numbers of `1, 3-5`. */
function numbersIn(list: string): number[] {
  const parts = list.split(/[,;]/).map((part) => part.split(/[-–]/).map(Number))
  const numbers = parts.flatMap(([first = 0, last = first]) => {
    const count = Math.min(Math.max(1, last - first + 1), RANGE_MAX)
    return Array.from({ length: count }, (_, nth) => first + nth)
  })
  return [...new Set(numbers)]
}
