import { Lexer } from "marked"
import type { Citation } from "../../platform/shapes/citation"
import type { SourceQuote } from "./output"
import { oneLine, placeOf } from "./sources"

/** Formats citations as ` [1][4]`, or an empty string without any. */
export function marks(citations: readonly SourceQuote[]): string {
  return citations.length ? ` ${citations.map(({ source }) => `[${source}]`).join("")}` : ""
}

export function item(text: string, citations: readonly SourceQuote[]): string {
  return `- ${line(text)}${marks(citations)}`
}

/** Adds a line below an item, under a label. Leaves it out if there is nothing to say. */
export function detail(label: string, text: string): string {
  return text ? `\n  - ${label}: ${text}` : ""
}

/** Formats a section. Prints `none` if it is empty, since a bare heading looks like a bug. */
export function section(title: string, blocks: readonly string[], none: string): string {
  return `## ${title}\n\n${blocks.length ? blocks.join("\n") : `*${none}*`}\n`
}

/** Puts a text on one line. Escapes block starts, and `[3]`, which looks like our marks. */
export function line(text: string): string {
  return literal(oneLine(text)).replace(/^(?=<[a-z/!?]|~~~|```)/i, "\\")
}

/** Escapes numbers in brackets, which would otherwise link to unrelated sources. */
function literal(markdown: string): string {
  return replaceText(markdown, "(?<!\\\\)\\[(?=\\d+\\])", "\\[")
}

/** Replaces matches of the pattern outside CommonMark code blocks and spans. */
function replaceText(markdown: string, pattern: string, by: string): string {
  const lead = "[ \\t>]*(?:[-*+] +|\\d+[.)] +)?"
  const block = `^${lead}(?<fence>\`{3,}|~{3,}).*\\n[^]*?^[ \\t>]*\\k<fence>`
  const span = "(?<!`)(?<ticks>`+)(?!`).*?[^`]\\k<ticks>(?!`)"
  const found = new RegExp(`(?<code>${block}|${span})|${pattern}`, "gm")
  return markdown.replace(found, (...args) => args.at(-1).code ?? by)
}

/** Formats a code span. Uses longer fences if the text has backticks, as CommonMark requires. */
export function code(text: string): string {
  const inner = oneLine(text)
  const ticks = "`".repeat(longestRun(inner) + 1)
  return ticks.length > 1 ? `${ticks} ${inner} ${ticks}` : `\`${inner}\``
}

/** Formats a code block that the text can't close. `language` is for the highlighter. */
export function codeBlock(text: string, language = ""): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${text.replace(/\r?\n$/, "")}\n${fence}`
}

/** Returns the length of the longest run of backticks. */
function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0)
}

/** Formats a table. Escapes cells, so that no cell can end it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // Drops backslashes before `|`: one of them would escape ours.
  const cell = (text: string) => oneLine(text).replace(/\\*\|/g, "\\|")
  const row = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n")
}

/** Embeds foreign Markdown below level 2. Escapes HTML and closes an open code block. */
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

/** Joins title, summary, sections and the list of cited sources. */
export function artifact(
  title: string,
  summary: string,
  sections: readonly string[],
  citations: readonly Citation[],
): string {
  return [`# ${title}\n\n${nested(summary)}\n`, ...sections, listSources(citations)].join("\n")
}

/** Lists the cited passages with their exact positions. */
export function listSources(citations: readonly Citation[]): string {
  const listed = citations.map(
    (citation) =>
      `- [${citation.number}] ${placeOf(citation)}, characters ${citation.start}–${citation.end}: ` +
      `“${shortened(line(citation.quote), QUOTE_SHOWN_MAX)}”`,
  )
  return section("Sources", listed, "Nothing is cited.")
}

/** Removes our marks, which would name other sources elsewhere. Keeps `[0]` in code. */
export function withoutMarks(artifact: string): string {
  return replaceText(artifact, " ?\\\\?\\[\\d+\\]", "")
}

const QUOTE_SHOWN_MAX = 160

export function shortened(text: string, max: number): string {
  if (text.length <= max) return text
  const space = text.lastIndexOf(" ", max)
  return `${text.slice(0, space > 0 ? space : max)} …`
}
