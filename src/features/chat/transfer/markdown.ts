import { line } from "../../../engines/roles/markdown"
import { createTokenReader } from "../../../engines/roles/marks"
import { placeOf } from "../../../engines/roles/sources"
import type { Citation } from "../../../platform/shapes/citation"
import type { ChatMessage } from "../schema"

/** Formats a conversation as Markdown, each message with its citations as footnotes. */
export function asMarkdown(title: string, messages: ChatMessage[]): string {
  const parts = messages.map((message, nth) => {
    const { content, metadata } = message
    const label = (number: number) => `[^${nth + 1}-${number}]`
    const notes = metadata.citations.map((it) => `${label(it.number)}: ${noteOf(it)}`)
    const text = metadata.citations.length
      ? withFootnotes(content, metadata.citations, label)
      : content
    return [headOf(message), text.trim(), ...endOf(message), notes.join("\n")]
  })
  return `${[`# ${line(title)}`, ...parts.flat().filter(Boolean)].join("\n\n")}\n`
}

function headOf({ role, metadata, created_at }: ChatMessage): string {
  const time = `${created_at.slice(0, 16).replace("T", " ")} UTC`
  const by = metadata.model ? ` by ${line(metadata.agent ?? metadata.model)}` : ""
  return role === "user" ? `## Question, ${time}` : `## Answer${by}, ${time}`
}

function endOf({ metadata: { stopped, error, generating } }: ChatMessage): string[] {
  if (error) return [`*Incomplete: ${line(error.message)}*`]
  if (stopped) return ["*Incomplete: it was stopped.*"]
  return generating ? ["*Incomplete: it is still being written.*"] : []
}

function noteOf(citation: Citation): string {
  const page = citation.page === null ? "" : `, page ${citation.page}`
  return `${line(placeOf(citation))}${page}: “${line(citation.quote)}”`
}

/** Replaces marks, but not what looks like them in code or after a backslash. */
function withFootnotes(
  content: string,
  citations: Citation[],
  label: (number: number) => string,
): string {
  const known = new Set(citations.map(({ number }) => number))
  const read = createTokenReader()
  let shown = ""
  for (let at = 0; at < content.length; ) {
    const token = read(content, at, true)
    if (!token) break
    at += token.raw.length
    const isOurs =
      token.kind === "mark" &&
      token.numbers.every((number) => known.has(number)) &&
      !(token.lead === "" && shown.endsWith("\\"))
    shown += isOurs
      ? `${token.lead}${token.opened ? "(" : ""}${token.numbers.map(label).join("")}`
      : token.raw
  }
  return shown
}
