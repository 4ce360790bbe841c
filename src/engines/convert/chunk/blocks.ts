import type { DocumentType } from "../../../platform/shapes/document"
import type { Cut } from "../code/cuts"
import { skipSpace } from "./characters"
import { type Line, linesOf } from "./lines"
import { atxHeading, closesFence, fenceOf, plainTitle, underline } from "./markdown-lines"
import { type PlainHeading, plainHeading } from "./plain-headings"

/** `text.slice(start, end)`. */
export type Span = { start: number; end: number }

export type Block =
  | { kind: "heading"; start: number; end: number; level: number; title: string }
  | { kind: "prose"; start: number; end: number }
  | ({ kind: "code"; start: number; end: number } & Partial<Omit<Cut, "at">>)

/** Yields the blocks of a text in order. There is only white space between them. */
export function blocksOf(text: string, type: DocumentType, cuts?: Cut[]): Generator<Block> {
  if (cuts) return partsOf(text, cuts)
  if (type === "code") return declarationsOf(text)
  return type === "text" || type === "pdf" ? paragraphsOf(text) : markdownBlocks(text)
}

/** A longer paragraph is no heading, whatever line comes below it. */
const SETEXT_LENGTH_MAX = 300
const FRONT_MATTER_LINES_MAX = 200
/** Headings, their underlines and fences begin with one of these. */
const special = "#=-`~"

/** Reads headings, fences and paragraphs as in CommonMark 0.31. YAML front matter is code. */
function* markdownBlocks(text: string): Generator<Block> {
  let paragraph: Span | undefined
  let fence: (Span & { marker: string }) | undefined
  const begin = frontMatterEnd(text)
  if (begin > 0) yield { kind: "code", start: 0, end: begin }
  for (const line of linesOf(text, begin)) {
    if (fence) {
      fence.end = line.end
      if (!closesFence(text, line, fence.marker)) continue
      yield { kind: "code", start: fence.start, end: fence.end }
      fence = undefined
      continue
    }
    const first = skipSpace(text, line.start, line.end)
    const isBlank = first === line.end
    const isSpecial = !isBlank && special.includes(text.charAt(first))
    const level = isSpecial && paragraph ? levelOf(text, paragraph, line) : undefined
    if (paragraph && level) {
      const title = plainTitle(text.slice(paragraph.start, paragraph.end))
      yield { kind: "heading", start: paragraph.start, end: line.end, level, title }
      paragraph = undefined
      continue
    }
    const marker = isSpecial ? fenceOf(text, line) : undefined
    const heading = isSpecial ? atxHeading(text, line) : undefined
    if (paragraph && (marker || heading || isBlank)) {
      yield { kind: "prose", ...paragraph }
      paragraph = undefined
    }
    if (marker) fence = { start: line.start, end: line.end, marker }
    else if (heading) yield { kind: "heading", start: line.start, end: line.end, ...heading }
    else if (!isBlank) paragraph = { start: paragraph?.start ?? line.start, end: line.end }
  }
  if (fence) yield { kind: "code", start: fence.start, end: fence.end }
  if (paragraph) yield { kind: "prose", ...paragraph }
}

/** Returns the heading level if `line` underlines the paragraph above as a setext heading. */
function levelOf(text: string, { start, end }: Span, line: Line): 1 | 2 | undefined {
  if (end - start > SETEXT_LENGTH_MAX) return undefined
  const lastLine = Math.max(start, text.lastIndexOf("\n", end - 1) + 1)
  // List items, quotations and table rows are no headings.
  const isItem = [start, lastLine].some((at) =>
    /^\s*(?:[-*+>|]|\d+[.)]\s)/.test(text.slice(at, at + 12)),
  )
  return isItem ? undefined : underline(text, line)
}

/** Returns the end of YAML front matter, between two lines `---`, or 0 if there is none. */
function frontMatterEnd(text: string): number {
  let count = 0
  for (const { start, end } of linesOf(text)) {
    const isRule = end - start === 3 && text.startsWith("---", start)
    if (count === 0 && !isRule) return 0
    if (count > 0 && isRule) return end
    if (++count > FRONT_MATTER_LINES_MAX) return 0
  }
  return 0
}

/** Yields paragraphs, and those that are headings. Several in a row are a list, or contents. */
function* paragraphsOf(text: string): Generator<Block> {
  let last: { block: Block; heading: PlainHeading | undefined } | undefined
  let isListed = false
  for (const block of runsOf(text, "prose", (_, afterBlank) => afterBlank)) {
    const heading = plainHeading(text.slice(block.start, block.end))
    if (last) {
      const isNext = last.heading !== undefined && heading?.level === last.heading.level
      yield last.heading && !isNext && !isListed
        ? { ...last.block, kind: "heading", ...last.heading }
        : last.block
      isListed = isNext
    }
    last = { block, heading }
  }
  if (last) yield last.block
}

function* partsOf(text: string, cuts: Cut[]): Generator<Block> {
  for (const [i, { at, ...rest }] of [{ at: 0, path: [] }, ...cuts].entries()) {
    const end = cuts[i]?.at ?? text.length
    const first = skipSpace(text, at, end)
    const start = Math.max(at, text.lastIndexOf("\n", first) + 1)
    if (first < end) yield { kind: "code", start, end, ...rest }
  }
}

/** Yields source code without a grammar, cut before unindented lines that follow a blank line. */
function declarationsOf(text: string): Generator<Block> {
  const closing = /[)\]}]/
  return runsOf(text, "code", ({ start }, afterBlank) => {
    const first = text[start] ?? ""
    return afterBlank && first !== " " && first !== "\t" && !closing.test(first)
  })
}

function* runsOf(
  text: string,
  kind: "prose" | "code",
  begins: (line: Line, afterBlank: boolean) => boolean,
): Generator<Block> {
  let run: Span | undefined
  let afterBlank = false
  for (const line of linesOf(text)) {
    if (skipSpace(text, line.start, line.end) === line.end) {
      afterBlank = true
      continue
    }
    if (run && begins(line, afterBlank)) {
      yield { kind, ...run }
      run = undefined
    }
    run = { start: run?.start ?? line.start, end: line.end }
    afterBlank = false
  }
  if (run) yield { kind, ...run }
}
