import { Lexer } from "marked"
import type { Citation } from "../../platform/shapes/citation"
import type { SourceQuote } from "./output"
import { placeOf } from "./sources"

/** ` [1][4]` after what they support; empty without support. */
export function marks(citations: readonly SourceQuote[]): string {
  return citations.length ? ` ${citations.map(({ source }) => `[${source}]`).join("")}` : ""
}

/** A section, or what says that there is nothing in it: an empty heading looks like a fault. */
export function section(title: string, blocks: readonly string[], none: string): string {
  return `## ${title}\n\n${blocks.length ? blocks.join("\n") : `*${none}*`}\n`
}

/**
 * One line of text: a list item or heading must not be broken by a source's line breaks. It opens
 * no block that would swallow what follows, and no `[3]` of its own looks like one of our marks.
 */
export function line(text: string): string {
  return literal(onOneLine(text)).replace(/^(?=<[a-z/!?]|~~~|```)/i, "\\")
}

/** Numbers in brackets as they were written, which else would link to what they do not mean. */
function literal(markdown: string): string {
  return replaceText(markdown, "(?<!\\\\)\\[(?=\\d+\\])", "\\[")
}

/** Replaces what the pattern finds outside of code, whose blocks and spans are CommonMark's. */
function replaceText(markdown: string, pattern: string, by: string): string {
  const lead = "[ \\t>]*(?:[-*+] +|\\d+[.)] +)?"
  const block = `^${lead}(?<fence>\`{3,}|~{3,}).*\\n[^]*?^[ \\t>]*\\k<fence>`
  const span = "(?<!`)(?<ticks>`+)(?!`).*?[^`]\\k<ticks>(?!`)"
  const found = new RegExp(`(?<code>${block}|${span})|${pattern}`, "gm")
  return markdown.replace(found, (...args) => args.at(-1).code ?? by)
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim()
}

/** A code span; one that holds backticks has more of them around it, as CommonMark wants. */
export function code(text: string): string {
  const inner = onOneLine(text)
  const ticks = "`".repeat(longestRun(inner, /`+/g) + 1)
  return ticks.length > 1 ? `${ticks} ${inner} ${ticks}` : `\`${inner}\``
}

/** A code block that nothing in the text can close. `language` is what a highlighter knows it by. */
export function codeBlock(text: string, language = ""): string {
  const fence = "`".repeat(Math.max(3, longestRun(text, /`+/g) + 1))
  return `${fence}${language}\n${text.replace(/\r?\n$/, "")}\n${fence}`
}

function longestRun(text: string, sign: RegExp): number {
  return (text.match(sign) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0)
}

/** A table; nothing in a cell can end it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // A backslash before one of ours would take it for itself.
  const cell = (text: string) => text.replace(/\s+/g, " ").replace(/\\*\|/g, "\\|").trim()
  const row = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n")
}

/**
 * Markdown of somebody else inside ours: its headings stand below level 2, its raw HTML opens no
 * block, and a code block that it leaves open ends with it.
 */
export function nested(markdown: string): string {
  const blocks = Lexer.lex(markdown.trim()).flatMap((block) => {
    switch (block.type) {
      case "space":
        return []
      case "code":
        return codeBlock(block.text, /^[\w+#.-]+/.exec(block.lang ?? "")?.[0])
      case "heading":
        return `${"#".repeat(Math.max(3, block.depth))} ${line(block.text)}`
      case "html":
        return nested(block.raw.replace(/^([ \t]*)</gm, "$1\\<"))
      default:
        return literal(block.raw.trimEnd())
    }
  })
  return blocks.join("\n\n")
}

/** The title, the sections, and the list of what they cite with exact places. */
export function artifact(
  title: string,
  summary: string,
  sections: readonly string[],
  citations: readonly Citation[],
): string {
  return [`# ${title}\n\n${nested(summary)}\n`, ...sections, listSources(citations)].join("\n")
}

/** What is cited, with exact places. */
export function listSources(citations: readonly Citation[]): string {
  const listed = citations.map(
    (citation) =>
      `- [${citation.number}] ${placeOf(citation)}, characters ${citation.start}–${citation.end}: ` +
      `“${shortened(line(citation.quote), QUOTE_SHOWN_MAX)}”`,
  )
  return section("Sources", listed, "Nothing is cited.")
}

/** Without our marks, which name other sources elsewhere. Code keeps its `[0]`. */
export function withoutMarks(artifact: string): string {
  return replaceText(artifact, " ?\\\\?\\[\\d+\\]", "")
}

const QUOTE_SHOWN_MAX = 160

/** The first whole words of a text on one line; `max` counts characters. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text
  const space = text.lastIndexOf(" ", max)
  return `${text.slice(0, space > 0 ? space : max)} …`
}
