import type { Citation } from "../../platform/shapes/citation"
import type { AnswerSearch } from "../../platform/shapes/message"
import type { Client } from "../client/client"
import type { Context } from "./context"

/** What a question reads. */
export type Scope = { use_rag: boolean; document_ids?: string[] }

export type Asked = {
  id: string
  question: string
  scope: Scope
  write: (text: string) => Promise<void>
}

type Answer = {
  content: string
  model: string | null
  stopped: boolean
  citations: Citation[]
  searches: AnswerSearch[]
}

const SHOWN_MAX = 160

/** Asks in a session and writes the answer as it comes. */
export async function streamAnswer(
  { terminal }: Context,
  client: Client,
  { id, question: message, scope, write }: Asked,
  signal?: AbortSignal,
): Promise<Answer> {
  const answer: Answer = { content: "", model: null, stopped: false, citations: [], searches: [] }
  for await (const { event, data } of client.chat(id, { message, ...scope }, signal)) {
    switch (event) {
      case "search":
        answer.searches.push(data)
        terminal.err(`(${data.results} passages for “${shortened(data.query)}”)\n`)
        break
      case "delta":
        answer.content += data.text
        await write(data.text)
        break
      case "citations":
        answer.citations = data.citations
        break
      case "usage":
        answer.model = data.model
        if (data.trimmed_messages > 0) terminal.err(leftOut(data.trimmed_messages))
        break
      case "done":
        answer.stopped = data.stopped
    }
  }
  return answer
}

function leftOut(count: number): string {
  return `\n(The oldest ${count} messages were left out: too long for the model.)`
}

/** The passages behind the numbers in an answer, or an empty text without any. */
export function sourceList(citations: Citation[]): string {
  if (citations.length === 0) return ""
  const listed = citations.map(({ number, document_name, page, heading_path, quote }) => {
    const place = [document_name, ...(page === null ? [] : [`page ${page}`]), ...heading_path]
    return `[${number}] ${place.join(" › ")}\n    “${shortened(quote)}”\n`
  })
  return `\nSources\n${listed.join("")}`
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim()
  return line.length > SHOWN_MAX ? `${line.slice(0, SHOWN_MAX - 1).trimEnd()}…` : line
}
