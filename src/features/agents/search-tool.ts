import { z } from "zod"
import type { Message, ModelAnswer, Tool, ToolCall } from "../../engines/models/model"
import { placeOf, type Source, showSources } from "../../engines/roles/sources"
import { AppError } from "../../platform/errors"
import type { RetrievalResult } from "../../platform/shapes/passage"

/** Limits for one piece of work: turns with tool calls, and searches in all of them. */
const ROUNDS_MAX = 8
const SEARCHES_MAX = 16
/** Characters of passages that one search may return. */
const SHOWN_MAX = 20_000
const TOP_K = 5

const input = z.strictObject({
  query: z
    .string()
    .trim()
    .min(1)
    .max(1000)
    .describe("Words that the passage will contain: the search matches words, not meanings."),
  top_k: z.number().int().min(1).max(20).optional().describe("Passages to give; 5 if left out."),
})
export type Search = (input: { query: string; top_k: number }) => Promise<RetrievalResult[]>

const tool: Tool = {
  name: "search_documents",
  description:
    "Finds passages in the user's documents beside the sources of the request. Use it when a fact that the task needs is not in the sources, or to follow a term to where it is defined. What it gives are numbered sources as well: cite them by those numbers.",
  schema: input,
}

type Put = (
  messages: Message[],
  offer: { tools?: readonly Tool[]; tool_choice?: "none" },
) => Promise<ModelAnswer>

/**
 * Lets a model search the documents until it answers. Appends new passages to `sources`. All
 * conversations of one piece of work share the limits. Throws AgentExecutionError without an
 * answer.
 */
export function createConversation(sources: Source[], search: Search | undefined, put: Put) {
  let rounds = 0
  let searches = 0

  async function resultOf(call: ToolCall): Promise<Message> {
    const wrong = (content: string): Message => ({ role: "tool", call, content, is_error: true })
    if (call.name !== tool.name) return wrong(`There is no tool "${call.name}", only ${tool.name}.`)
    const given = jsonIn(call.input)
    if (given === undefined) return wrong("The input is not JSON.")
    const read = input.safeParse(given)
    if (!read.success) return wrong(`The input can't be used: ${z.prettifyError(read.error)}`)
    if (!search || searches++ >= SEARCHES_MAX) {
      return wrong(`${SEARCHES_MAX} searches were made, which is the limit: answer now.`)
    }
    const { query, top_k = TOP_K } = read.data
    return { role: "tool", call, content: show(await search({ query, top_k }), sources) }
  }

  /** Returns the answer and the messages that led to it. */
  return async function converse(messages: Message[]) {
    const said = [...messages]
    for (;;) {
      const last = rounds >= ROUNDS_MAX
      const offer = search ? { tools: [tool], ...(last && { tool_choice: "none" as const }) } : {}
      const answer = await put(said, offer)
      const { text, tool_calls = [], carried } = answer
      if (tool_calls.length === 0) return { answer, messages: said }
      if (last) throw neverAnswered(answer)
      rounds += 1
      said.push({ role: "assistant", content: text, tool_calls, carried })
      // One at a time, so that a restart finds each under the same call number.
      for (const call of tool_calls) said.push(await resultOf(call))
    }
  }
}

function neverAnswered({ model, text }: ModelAnswer): AppError {
  const sentence = `The model kept calling tools and didn't answer within ${ROUNDS_MAX} rounds.`
  return new AppError("AgentExecutionError", sentence, { model, raw_output: text })
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Formats passages under their numbers. A passage already shown is only named. */
function show(passages: readonly RetrievalResult[], sources: Source[]): string {
  if (passages.length === 0) return "Nothing was found: try other words, or answer without."
  let room = SHOWN_MAX
  const known: string[] = []
  const fresh: Source[] = []
  for (const passage of passages) {
    const same = sources.find((source) => isSame(source.passage, passage))
    if (same) known.push(`[${same.number}] ${placeOf(passage)}: shown above.`)
    if (same || passage.content.length > room) continue
    room -= passage.content.length
    const source = { number: sources.length + 1, passage }
    sources.push(source)
    fresh.push(source)
  }
  return [...known, showSources(fresh)].filter(Boolean).join("\n\n")
}

function isSame(a: RetrievalResult, b: RetrievalResult): boolean {
  const places = [a, b].map((it) => [it.document_id, it.document_version, it.start, it.end].join())
  return places[0] === places[1]
}
