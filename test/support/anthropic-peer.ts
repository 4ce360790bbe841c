import {
  modelPeer,
  type Peer,
  type PeerOptions,
  type Protocol,
  piecesOf,
  type Received,
  type Streamed,
  type ToolUse,
} from "./model-peer"
import { type JsonSchema, sampleFor, sourcesIn as sourcesOf } from "./sample-answer"

export { inTurn } from "./model-peer"

/** What a client sent: the body of POST /v1/messages as far as tests look at it, and its headers. */
export type MessagesRequest = Received & {
  model: string
  max_tokens: number
  system: { type: string; text: string; cache_control?: unknown }[]
  messages: { role: "user" | "assistant"; content: string }[]
  output_config?: { format: { type: string; schema: JsonSchema } }
  [field: string]: unknown
}

export type AnthropicPeer = Peer<MessagesRequest>

const protocol: Protocol<MessagesRequest> = {
  path: "/v1/messages",
  content_type: "text/event-stream",
  headers: { "request-id": "req_peer" },
  malformed: "event: message_delta\ndata: {not json\n\n",
  failure: ({ type = "api_error", message = "It failed.", error_code }) => ({
    type: "error",
    error: { type, message, details: error_code ? { error_code } : null },
    request_id: "req_peer",
  }),
  answer: sampleAnswer,
  send: (request, reply, write) =>
    sendMessage(request, reply, (event, data) =>
      write(`event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`),
    ),
}

/**
 * Speaks the streaming Messages protocol of API version 2026-10-21. Without `answer` it gives a
 * valid JSON for the schema in the request, built from the numbered sources in the prompt, or one
 * cited sentence if there is no schema.
 */
export function anthropicPeer(options?: PeerOptions<MessagesRequest>): Promise<AnthropicPeer> {
  return modelPeer(protocol, options)
}

type Send = (event: string, data: object) => void

async function sendMessage(request: MessagesRequest, reply: Streamed, send: Send): Promise<void> {
  const given = "usage" in reply ? reply.usage : {}
  const usage = { input_tokens: 100, output_tokens: 1, ...given }
  const message = {
    id: "msg_peer",
    type: "message",
    role: "assistant",
    model: request.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  }
  send("message_start", { message })
  send("ping", {})
  const text = "fault" in reply ? reply.after : reply.text
  if (text !== undefined) {
    send("content_block_start", { index: 0, content_block: { type: "text", text: "" } })
    for await (const piece of piecesOf(reply)) {
      send("content_block_delta", { index: 0, delta: { type: "text_delta", text: piece } })
    }
  }
  if ("fault" in reply) {
    const error = { type: "overloaded_error", message: "Overloaded" }
    if (reply.fault === "error_event") send("error", { error })
    return
  }
  send("content_block_stop", { index: 0 })
  const { tool } = reply
  if (tool) sendTool(tool, send)
  const usual = tool ? "tool_use" : "end_turn"
  const stop_reason = reply.stop_reason === undefined ? usual : reply.stop_reason
  const output_tokens = Math.ceil(reply.text.length / 4)
  const delta = { stop_reason, stop_sequence: null }
  send("message_delta", { delta, usage: { output_tokens, ...given } })
  send("message_stop", {})
}

function sendTool({ name, input }: ToolUse, send: Send): void {
  const content_block = { type: "tool_use", id: `toolu_${crypto.randomUUID()}`, name, input: {} }
  send("content_block_start", { index: 1, content_block })
  const delta = { type: "input_json_delta", partial_json: JSON.stringify(input) }
  send("content_block_delta", { index: 1, delta })
  send("content_block_stop", { index: 1 })
}

export function sourcesIn(request: MessagesRequest): { number: number; text: string }[] {
  return sourcesOf(request.messages[0]?.content ?? "")
}

/** A valid answer to any request. */
export function sampleAnswer(request: MessagesRequest): string {
  const prompt = request.messages[0]?.content ?? ""
  return sampleFor(prompt, request.output_config?.format.schema)
}
