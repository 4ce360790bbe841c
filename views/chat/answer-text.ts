import type { ChatMessage, ShownMessage } from "../../src/features/chat/schema"
import { highlight } from "../documents/highlight"
import { type MarkdownBlock, type MarkdownOptions, markdownBlocks } from "../markdown"
import type { SaidMessage } from "./message"

/** What follows these characters of an answer is shown plain: rendering it would take seconds. */
const RENDERED_MAX = 100_000
const PLAIN_PART = 10_000
const HIGHLIGHTED_MAX = 20_000
/** Characters of HTML that `AnswerTexts` keeps. */
const KEPT_MAX = 8_000_000

type Answer = Pick<ChatMessage, "id" | "content" | "metadata">

/** An answer's text while it grows. Renders only its end again. */
export class GrowingText {
  #blocks: MarkdownBlock[] = []

  /** Returns the HTML of each block. What comes next changes only the last two of them. */
  render(answer: Answer): string[] {
    // What follows a list can become a part of it, so the last two are still open.
    const from = this.#blocks.at(-2)?.start ?? 0
    this.#blocks = [...this.#blocks.slice(0, -2), ...blocksOf(answer, from)]
    return this.#blocks.map(({ html }) => html)
  }
}

/** The texts of answers that have ended, as the HTML of their blocks. Keeps the newest. */
export class AnswerTexts {
  readonly #kept = new Map<string, { length: number; html: string[]; size: number }>()
  #size = 0

  render(answer: Answer): string[] {
    const { id, content, metadata } = answer
    if (metadata.generating) return htmlOf(answer)
    const known = this.#kept.get(id)
    // An answer that is continued keeps its id.
    if (known?.length === content.length) return known.html
    this.#drop(id)
    const html = htmlOf(answer)
    const size = html.reduce((sum, block) => sum + block.length, 0)
    this.#kept.set(id, { length: content.length, html, size })
    this.#size += size
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= KEPT_MAX) break
      this.#drop(oldest)
    }
    return html
  }

  renderAll(messages: ShownMessage[]): SaidMessage[] {
    return messages.map(({ other_answer, ...message }) => ({
      ...message,
      blocks: message.role === "assistant" ? this.render(message) : [],
      ...(other_answer && {
        other_answer: { ...other_answer, blocks: this.render(other_answer) },
      }),
    }))
  }

  #drop(id: string): void {
    this.#size -= this.#kept.get(id)?.size ?? 0
    this.#kept.delete(id)
  }
}

function htmlOf(answer: Answer): string[] {
  return blocksOf(answer, 0).map(({ html }) => html)
}

function blocksOf({ id, content, metadata }: Answer, from: number): MarkdownBlock[] {
  // The blocks' positions count a line break as one.
  const text = content.replaceAll(/\r\n?/g, "\n")
  const options: MarkdownOptions = {
    ...{ citations: metadata.citations, prefix: `in-${id}`, shift: 1, codeHeads: true },
    ...{ showHosts: true, highlight: highlightSome },
  }
  const rendered = markdownBlocks(text.slice(from, Math.max(from, RENDERED_MAX)), options)
    .filter(({ html }) => html.trim() !== "")
    .map(({ start, end, html }) => ({ start: start + from, end: end + from, html }))
  return [...rendered, ...plainParts(text, Math.max(from, RENDERED_MAX))]
}

function plainParts(text: string, from: number): MarkdownBlock[] {
  const count = Math.max(0, Math.ceil((text.length - from) / PLAIN_PART))
  return Array.from({ length: count }, (_, nth) => {
    const start = from + nth * PLAIN_PART
    const end = Math.min(text.length, start + PLAIN_PART)
    return { start, end, html: `<p class="plain">${Bun.escapeHTML(text.slice(start, end))}</p>` }
  })
}

function highlightSome(code: string, language: string): string | undefined {
  return code.length > HIGHLIGHTED_MAX ? undefined : highlight(code, language)
}
