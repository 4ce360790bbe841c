import {
  modelPeer,
  type Peer,
  type PeerOptions,
  type Protocol,
  piecesOf,
  type Received,
} from "./model-peer"
import { type JsonSchema, sampleFor } from "./sample-answer"

/** What a client sent: the body of POST /api/chat as far as tests look at it. */
export type ChatRequest = Received & {
  model: string
  messages: { role: "system" | "user" | "assistant"; content: string }[]
  format?: JsonSchema
  options: { num_ctx: number; num_predict: number; temperature: number }
  [field: string]: unknown
}

export type OllamaPeer = Peer<ChatRequest>
type Options = PeerOptions<ChatRequest> & {
  models?: string[]
  context_length?: number
  /** What a model can do; older servers don't tell. */
  capabilities?: string[]
}

type Embed = { model: string; input: string[] }

/** How often each letter stands in a text: 26 numbers. */
function lettersOf(text: string): number[] {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"]
  return letters.map((letter) => text.toLowerCase().split(letter).length - 1)
}

const embedding = { name: "nomic-embed-text:latest", details: { family: "nomic-bert" } }

type Given = Required<Pick<Options, "models" | "context_length">> & Pick<Options, "capabilities">

function protocol({ models, context_length, capabilities }: Given): Protocol<ChatRequest> {
  const tags = models.map((name) => ({ name, details: { family: "llama" } }))
  return {
    path: "/api/chat",
    content_type: "application/x-ndjson",
    malformed: "{not json\n",
    failure: ({ message = "It failed." }) => ({ error: message }),
    answer: ({ messages, format }) => sampleFor(messages[1]?.content ?? "", format),
    other(path, body) {
      if (path === "/api/embed") return { embeddings: (body as Embed).input.map(lettersOf) }
      if (path === "/api/tags") return { models: [embedding, ...tags] }
      const model_info = { "llama.context_length": context_length }
      if (path === "/api/show") return { model_info, capabilities }
      return undefined
    },
    async send({ model, messages }, reply, write) {
      const line = (data: object) => write(`${JSON.stringify({ model, ...data })}\n`)
      for await (const content of piecesOf(reply)) {
        line({ message: { role: "assistant", content }, done: false })
      }
      if ("fault" in reply) {
        if (reply.fault === "error_event") line({ error: "The runner has stopped." })
        return
      }
      for (const { name, input } of reply.tool_calls ?? []) {
        const tool_calls = [{ function: { name, arguments: JSON.parse(input) } }]
        line({ message: { role: "assistant", content: "", tool_calls }, done: false })
      }
      const length = messages.reduce((sum, { content }) => sum + content.length, 0)
      line({
        message: { role: "assistant", content: "" },
        ...{ done: true, done_reason: reply.stop_reason ?? "stop" },
        ...{ prompt_eval_count: Math.ceil(length / 4), eval_count: reply.text.length },
        ...reply.usage,
      })
    },
  }
}

/** Speaks Ollama's chat API, and answers as `anthropicPeer` does; has an embedding model too. */
export function ollamaPeer(options: Options = {}): Promise<OllamaPeer> {
  const { models = ["llama3.2:3b"], context_length = 131_072, capabilities } = options
  return modelPeer(protocol({ models, context_length, capabilities }), options)
}
