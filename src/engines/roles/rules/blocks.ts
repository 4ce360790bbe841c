import type { Span } from "../quote"

/** A block of a Markdown text and its span. */
export type Block = {
  kind: "heading" | "paragraph" | "item" | "row" | "code"
  /** The span of the content, without list marks, fences and a heading's `#`. */
  start: number
  end: number
  /** For a line of code, the span of all its block's lines; otherwise the same as above. */
  whole: Span
  /** A heading's level, 1..6. */
  level: number
  /** The cells of a row, and of its table's header. */
  cells: string[]
  header: string[]
}

type Line = { start: number; end: number; text: string }

const fence = /^\s*(`{3,}|~{3,})/
const heading = /^(#{1,6})\s+(.*?)\s*#*\s*$/
const underline = /^\s*(=+|-{3,})\s*$/
const item = /^\s*(?:[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?/
const row = /^\s*\|.*\|\s*$/
const separator = /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*:?-*:?\s*\|?\s*$/
const ignored = /^\s*(?:\[[^\]]+\]:\s|(?:[-*_]\s*){3,}$|-{3,}$)/
const indented = /^(?: {4}|\t)/

/** A span of code or of a comment. It may begin before the passage, and end after it. */
export type Enclosed = { kind: "comment" | "matter" | "code"; from: number; to: number }

/** Splits a text into blocks. Handles the common parts of CommonMark and GFM tables. */
export function readBlocks(
  text: string,
  within?: Enclosed["kind"],
): { blocks: Block[]; enclosed: Enclosed[] } {
  const { visible, enclosed } = withoutComments(text, within)
  const lines = linesOf(visible)
  const blocks: Block[] = []
  const addCode = (open: number, close: number) => {
    const from = lines[open]?.start ?? -1
    enclosed.push({ kind: "code", from, to: lines[close]?.end ?? Number.POSITIVE_INFINITY })
    blocks.push(...codeLines(lines.slice(open + 1, close)))
  }
  let header: string[] = []
  let previousRow: string[] = []
  const first = within === "code" ? closingFence(lines, -1) : -1
  if (first >= 0) addCode(-1, first)
  for (let at = first + 1; at < lines.length; ) {
    const line = lines[at]
    if (!line) break
    if (!row.test(line.text)) header = previousRow = []
    if (fence.test(line.text)) {
      const close = closingFence(lines, at)
      addCode(at, close)
      at = close + 1
    } else if (isIndentedCode(lines, at, blocks)) {
      const end = lines.findIndex(({ text }, next) => next > at && text && !indented.test(text))
      blocks.push(...codeLines(lines.slice(at, end < 0 ? undefined : end)))
      at = end < 0 ? lines.length : end
    } else if (!line.text.trim() || ignored.test(line.text)) {
      at += 1
    } else if (heading.test(line.text)) {
      blocks.push(headingOf(line))
      at += 1
    } else if (separator.test(line.text)) {
      header = previousRow
      if (header.length) blocks.pop()
      at += 1
    } else if (row.test(line.text)) {
      previousRow = cellsOf(line.text)
      blocks.push({ ...block("row", line.start, line.end), cells: previousRow, header })
      at += 1
    } else {
      const mark = item.exec(line.text)?.[0].length ?? 0
      const last = lastLineOf(lines, at)
      const end = lines[last]?.end ?? line.end
      const isTitle = last === at && !mark && underline.test(lines[at + 1]?.text ?? "")
      if (isTitle) blocks.push({ ...block("heading", line.start, line.end), level: 1 })
      else blocks.push(block(mark ? "item" : "paragraph", line.start + mark, end))
      at = last + (isTitle ? 2 : 1)
    }
  }
  return { blocks, enclosed }
}

/** Reads a file of source code, or a part of one. */
export function readCode(text: string): Block[] {
  return codeLines(linesOf(text))
}

function block(kind: Block["kind"], start: number, end: number, whole = { start, end }): Block {
  return { kind, start, end, whole, level: 0, cells: [], header: [] }
}

/** YAML at a document's beginning. A rule there is followed by an empty line. */
const frontMatter = /^---\n(?=\w[\w-]*:)[\s\S]*?(?:\n---(?= ?\w*\n)|$)/

/** Blanks what readers of the document don't see, so that offsets stay. */
function withoutComments(text: string, within: Enclosed["kind"] | undefined) {
  const enclosed: Enclosed[] = []
  const blank = (kind: Enclosed["kind"], isClosed: RegExp) => (hidden: string, at: number) => {
    const to = isClosed.test(hidden) ? at + hidden.length : Number.POSITIVE_INFINITY
    enclosed.push({ kind, from: at || -1, to })
    return hidden.replace(/[^\n]/g, " ")
  }
  const comment = blank("comment", /-->$/)
  const matter = blank("matter", /\n---$/)
  const rest = within === "comment" ? text.replace(/^[\s\S]*?(?:-->|$)/, comment) : text
  const start = within === "matter" ? /^[\s\S]*?(?:\n---(?= ?\w*\n)|$)/ : frontMatter
  const visible = rest
    .replace(start, matter)
    .replace(/<!-- *toc *-->[\s\S]*?<!-- *\/toc *-->|<!--[\s\S]*?(?:-->|$)/g, comment)
  return { visible, enclosed }
}

/** True for indented code, which follows an empty line and continues no list. */
function isIndentedCode(lines: readonly Line[], at: number, blocks: readonly Block[]): boolean {
  const isFirst = !lines[at - 1]?.text.trim()
  const text = lines[at]?.text ?? ""
  return isFirst && indented.test(text) && !item.test(text) && blocks.at(-1)?.kind !== "item"
}

function linesOf(text: string): Line[] {
  const lines: Line[] = []
  let start = 0
  for (const line of text.split("\n")) {
    lines.push({ start, end: start + line.length, text: line })
    start += line.length + 1
  }
  return lines
}

function closingFence(lines: readonly Line[], open: number): number {
  const sign = fence.exec(lines[open]?.text ?? "")?.[1] ?? "```"
  const found = lines.findIndex((line, at) => at > open && line.text.trim().startsWith(sign))
  return found < 0 ? lines.length : found
}

function codeLines(lines: readonly Line[]): Block[] {
  const whole = { start: lines[0]?.start ?? 0, end: lines.at(-1)?.end ?? 0 }
  return lines
    .filter(({ text }) => text.trim())
    .map(({ start, end }) => block("code", start, end, whole))
}

function headingOf({ start, end, text }: Line): Block {
  const [, signs = "", title = ""] = heading.exec(text) ?? []
  const offset = text.indexOf(title, signs.length)
  return { ...block("heading", start + Math.max(0, offset), end), level: signs.length }
}

function cellsOf(text: string): string[] {
  const inner = text.trim().replace(/^\||\|$/g, "")
  return inner.split(/(?<!\\)\|(?=(?:[^`]*`[^`]*`)*[^`]*$)/).map((cell) => cell.trim())
}

/** Returns the last line of a paragraph or item, which ends where another block starts. */
function lastLineOf(lines: readonly Line[], first: number): number {
  let last = first
  for (let at = first + 1; at < lines.length; at += 1) {
    const text = lines[at]?.text ?? ""
    const other = [fence, heading, item, row, underline, ignored].some((sign) => sign.test(text))
    if (!text.trim() || other) break
    last = at
  }
  return last
}
