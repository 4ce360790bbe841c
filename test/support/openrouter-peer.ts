import {
  fragmentsOf,
  modelPeer,
  type Peer,
  type PeerOptions,
  type Protocol,
  piecesOf,
  type Received,
} from "./model-peer"
import { type JsonSchema, sampleFor } from "./sample-answer"

/** What a client sent: the body of POST /chat/completions as far as tests look at it. */
export type CompletionsRequest = Received & {
  model: string
  max_tokens: number
  temperature: number
  messages: { role: "system" | "user" | "assistant"; content: string }[]
  response_format?: { type: string; json_schema: { name: string; schema: JsonSchema } }
  [field: string]: unknown
}

export type OpenRouterPeer = Peer<CompletionsRequest>

type Options = PeerOptions<CompletionsRequest> & {
  /** What GET /models lists; without it there is no such route. */
  models?: object[]
}

const protocol = (models: object[] | undefined): Protocol<CompletionsRequest> => ({
  other(path) {
    if (path === "/key") return { data: { label: "sk-or-v1-abc…xyz", limit_remaining: 12.5 } }
    return path === "/models" && models ? { data: models } : undefined
  },
  path: "/chat/completions",
  content_type: "text/event-stream",
  malformed: "data: {not json\n\n",
  failure: ({ status, message = "It failed." }) => ({ error: { code: status, message } }),
  answer: ({ messages, response_format }) =>
    sampleFor(messages[1]?.content ?? "", response_format?.json_schema.schema),
  async send({ model }, reply, write) {
    const common = { id: "gen-peer", model, object: "chat.completion.chunk" }
    const chunk = (delta: object, finish_reason: string | null, more = {}) => {
      const choices = [{ index: 0, delta, finish_reason }]
      write(`data: ${JSON.stringify({ ...common, choices, ...more })}\n\n`)
    }
    write(": OPENROUTER PROCESSING\n\n")
    for await (const content of piecesOf(reply)) chunk({ role: "assistant", content }, null)
    if ("fault" in reply) {
      if (reply.fault !== "error_event") return
      const { message = "The upstream model broke off." } = reply
      chunk({ content: "" }, "error", { error: { code: 502, message } })
      return
    }
    const calls = reply.tool_calls ?? []
    for (const [index, { name, input }] of calls.entries()) {
      const begun = { index, id: `call_${index}`, type: "function" }
      chunk({ tool_calls: [{ ...begun, function: { name, arguments: "" } }] }, null)
      for (const piece of fragmentsOf(input)) {
        chunk({ tool_calls: [{ index, function: { arguments: piece } }] }, null)
      }
    }
    const usual = calls.length > 0 ? "tool_calls" : "stop"
    chunk({ content: "" }, reply.stop_reason === undefined ? usual : reply.stop_reason)
    const counts = { prompt_tokens: 100, completion_tokens: Math.ceil(reply.text.length / 4) }
    const usage = { ...counts, cost: 0.0012, ...reply.usage }
    write(`data: ${JSON.stringify({ ...common, choices: [], usage })}\n\n`)
    write("data: [DONE]\n\n")
  },
})

/** Speaks OpenRouter's streaming chat completions, and answers as `anthropicPeer` does. */
export function openRouterPeer(options: Options = {}): Promise<OpenRouterPeer> {
  return modelPeer(protocol(options.models), options)
}
