import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

/** What a client sent: the body of POST /v1/messages as far as tests look at it, and its headers. */
export type MessagesRequest = {
  model: string
  max_tokens: number
  system: { type: string; text: string; cache_control?: unknown }[]
  messages: { role: "user" | "assistant"; content: string }[]
  output_config?: { format: { type: string; schema: JsonSchema } }
  headers: Record<string, string>
  /** Aborts when the client hangs up before the answer is whole. */
  disconnected: AbortSignal
  [field: string]: unknown
}

/** What the peer does with one request; a function decides by the request. */
export type Reply =
  | { text: string; stop_reason?: string | null; usage?: Partial<Usage>; delay_ms?: number }
  | {
      status: number
      type?: string
      message?: string
      error_code?: string
      headers?: Record<string, string>
    }
  /** Faults inside a stream that began with 200; `after` is the text sent before. */
  | { fault: "error_event" | "truncate" | "disconnect" | "stall" | "malformed"; after?: string }
  /** Takes the request and never sends headers. */
  | { fault: "silence" }

type Usage = {
  input_tokens: number
  output_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
}

export type AnthropicPeer = AsyncDisposable & {
  url: string
  requests: MessagesRequest[]
  stop(): Promise<void>
}

type JsonSchema = {
  type?: string
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  enum?: unknown[]
  anyOf?: JsonSchema[]
  $ref?: string
  $defs?: Record<string, JsonSchema>
}

type Answering = (request: MessagesRequest) => Reply | string | Promise<Reply | string>

type PeerOptions = {
  answer?: Answering
  /** Runs when a request is recorded and holds its answer back until it is done. */
  before?: (request: MessagesRequest) => unknown
  /** A reply that takes the answer's place, where it gives one. */
  fault?: (request: MessagesRequest) => Reply | undefined | Promise<Reply | undefined>
}

/**
 * A loopback server that speaks the streaming Messages protocol of API version 2026-10-21. Without
 * `answer` it gives a valid JSON for the schema in the request, built from the numbered sources in
 * the prompt, or one cited sentence if there is no schema. `answer` gives a text or a `Reply`.
 */
export async function anthropicPeer({
  answer = sampleAnswer,
  before = () => {},
  fault = () => undefined,
}: PeerOptions = {}): Promise<AnthropicPeer> {
  const requests: MessagesRequest[] = []
  const server = createServer(async (incoming, outgoing) => {
    const hungUp = new AbortController()
    outgoing.on("close", () => outgoing.writableFinished || hungUp.abort())
    if (incoming.method !== "POST" || incoming.url !== "/v1/messages") {
      return fail(outgoing, { status: 404, type: "not_found_error", message: "No such route." })
    }
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    )
    const body = JSON.parse(await text(incoming)) as MessagesRequest
    const request = { ...body, headers, disconnected: hungUp.signal }
    requests.push(request)
    await before(request)
    const given = (await fault(request)) ?? (await answer(request))
    const reply = typeof given === "string" ? { text: given } : given
    if ("status" in reply) return fail(outgoing, reply)
    if ("fault" in reply && reply.fault === "silence") return
    await stream(outgoing, request, reply)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}`, requests, stop, [Symbol.asyncDispose]: stop }
}

/** An `answer` that replies in turn, the last one for ever. */
export function inTurn(...replies: (Reply | string)[]): Answering {
  let nth = 0
  return () => replies[Math.min(nth++, replies.length - 1)] ?? ""
}

type Failure = Extract<Reply, { status: number }>

function fail(outgoing: ServerResponse, reply: Failure): void {
  const { status, type = "api_error", message = "It failed.", error_code, headers } = reply
  const details = error_code ? { error_code } : null
  const body = { type: "error", error: { type, message, details }, request_id: "req_peer" }
  outgoing.writeHead(status, {
    "content-type": "application/json",
    "request-id": "req_peer",
    ...headers,
  })
  outgoing.end(JSON.stringify(body))
}

type Streamed = Exclude<Reply, Failure | { fault: "silence" }>

async function stream(
  outgoing: ServerResponse,
  request: MessagesRequest,
  reply: Streamed,
): Promise<void> {
  outgoing.writeHead(200, { "content-type": "text/event-stream", "request-id": "req_peer" })
  await sendMessage(request, reply, (event, data) =>
    outgoing.write(`event: ${event}\ndata: ${JSON.stringify({ type: event, ...data })}\n\n`),
  )
  const fault = "fault" in reply ? reply.fault : undefined
  if (fault === "stall") return
  if (fault === "malformed") outgoing.write("event: message_delta\ndata: {not json\n\n")
  if (fault !== "disconnect") return void outgoing.end()
  // What was written has to be on its way before the connection is cut.
  await Bun.sleep(20)
  outgoing.destroy()
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
    for (const piece of text.match(/[\s\S]{1,40}/g) ?? []) {
      if ("delay_ms" in reply) await Bun.sleep(reply.delay_ms ?? 0)
      send("content_block_delta", { index: 0, delta: { type: "text_delta", text: piece } })
    }
  }
  if ("fault" in reply) {
    const error = { type: "overloaded_error", message: "Overloaded" }
    if (reply.fault === "error_event") send("error", { error })
    return
  }
  send("content_block_stop", { index: 0 })
  const stop_reason = reply.stop_reason === undefined ? "end_turn" : reply.stop_reason
  const output_tokens = given?.output_tokens ?? Math.ceil(reply.text.length / 4)
  send("message_delta", { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens } })
  send("message_stop", {})
}

/** The numbered sources of a prompt, as Amelia writes them: `[1] name › heading`, then a fence. */
export function sourcesIn(request: MessagesRequest): { number: number; text: string }[] {
  const prompt = request.messages[0]?.content ?? ""
  const shown = prompt.matchAll(/^\[(\d+)\] .*\n(~{5,})\n([\s\S]*?)\n\2$/gm)
  return [...shown].map(([, number, , text = ""]) => ({ number: Number(number), text }))
}

/** A valid answer to any request. */
export function sampleAnswer(request: MessagesRequest): string {
  const sources = sourcesIn(request)
  const schema = request.output_config?.format.schema
  const [first] = sources
  const quote =
    (first?.text ?? "")
      .split("\n")
      .findLast((line) => line.trim())
      ?.trim() ?? ""
  if (!schema)
    return first ? `The sources say: ${quote} [${first.number}]` : "There are no sources."
  return JSON.stringify(sample(schema, schema.$defs ?? {}, { sources: sources.length, quote }, ""))
}

type Given = { sources: number; quote: string }

function sample(
  schema: JsonSchema,
  definitions: Record<string, JsonSchema>,
  given: Given,
  key: string,
): unknown {
  const reference = schema.$ref && definitions[schema.$ref.replace("#/$defs/", "")]
  const { properties = {}, items, enum: values, anyOf, type } = reference || schema
  if (values) return values[0]
  if (anyOf?.[0]) return sample(anyOf[0], definitions, given, key)
  if (type === "object") {
    const entries = Object.entries(properties)
    return Object.fromEntries(
      entries.map(([name, inner]) => [name, sample(inner, definitions, given, name)]),
    )
  }
  if (type === "array") {
    // A first task depends on nothing, and without sources nothing can be cited.
    const empty = key === "depends_on" || (key === "citations" && !given.sources)
    return items && !empty ? [sample(items, definitions, given, key)] : []
  }
  if (type === "string") {
    if (key === "id") return "T1"
    return key === "quote" ? given.quote : `A ${key} from the model`
  }
  return type === "boolean" ? false : 1
}
