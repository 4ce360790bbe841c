import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { json } from "node:stream/consumers"

/** What the peer does with one request. */
export type Reply =
  | {
      text: string
      stop_reason?: string | null
      usage?: object
      delay_ms?: number
      /** The characters of a piece; without it, a hundred pieces of at least 40. */
      piece?: number
      /** Gives the pieces in place of `text`, when it is time for them. */
      live?: () => AsyncIterable<string>
      /** The bytes of a chunk on the wire; without it, each message is one. */
      chunk?: number
      /** Before the text. */
      thinking?: string
      tool_calls?: Called[]
    }
  | Failure
  /** Faults inside a stream that began with 200; `after` is the text sent before. */
  | { fault: "truncate" | "disconnect" | "stall" | "malformed"; after?: string }
  | { fault: "error_event"; after?: string; message?: string }
  /** Faults before a stream: no headers, a cut connection, a page, nothing under 200. */
  | { fault: "silence" | "reset" | "page" | "empty" }

/** `input` is streamed as it is given, whether or not it is JSON. */
export type Called = { name: string; input: string }

export type Failure = {
  status: number
  type?: string
  message?: string
  error_code?: string
  headers?: Record<string, string>
  /** Sent under 200; the error itself names the status. */
  disguised?: true
  /** A page, as a proxy gives it. */
  html?: true
}

/** A text in pieces with what the end of the stream needs, or what breaks it off. */
export type Streamed = Exclude<Reply, Failure | { fault: "silence" | "reset" | "page" | "empty" }>

export type Received = {
  headers: Record<string, string>
  /** Aborts when the client hangs up before the answer is whole. */
  disconnected: AbortSignal
}

/** How a service speaks. */
export type Protocol<Request> = {
  path: string
  content_type: string
  headers?: Record<string, string>
  /** Everything before the end of a stream's connection. */
  send(request: Request, reply: Streamed, write: (text: string) => void): Promise<void>
  malformed: string
  failure(failure: Failure): object
  answer(request: Request): string
  /** Other routes, which are not recorded. */
  other?(path: string, body: unknown): object | undefined
}

export type Answering<Request> = (request: Request) => Reply | string | Promise<Reply | string>

export type PeerOptions<Request> = {
  /** The only key that it accepts. Without it, any will do. */
  key?: string
  answer?: Answering<Request>
  /** Runs when a request is recorded and holds its answer back until it is done. */
  before?: (request: Request) => unknown
  /** A reply that takes the answer's place, where it gives one. */
  fault?: (request: Request) => Reply | undefined | Promise<Reply | undefined>
}

export type Peer<Request> = AsyncDisposable & {
  url: string
  requests: Request[]
  stop(): Promise<void>
}

/** A loopback server that speaks a service's protocol. `answer` gives a text or a `Reply`. */
export async function modelPeer<Request extends Received>(
  protocol: Protocol<Request>,
  options: PeerOptions<Request> = {},
): Promise<Peer<Request>> {
  const { answer = protocol.answer, before = () => {}, fault = () => undefined } = options
  const requests: Request[] = []
  const server = createServer(async (incoming, outgoing) => {
    const hungUp = new AbortController()
    outgoing.on("close", () => outgoing.writableFinished || hungUp.abort())
    const body = incoming.method === "POST" ? await json(incoming) : undefined
    const given = incoming.headers.authorization ?? ""
    if (options.key !== undefined && given !== `Bearer ${options.key}`) {
      const message = `Invalid key: ${given}`
      const refusal = { status: 401, type: "authentication_error", message }
      return sendJson(outgoing, 401, protocol.failure(refusal))
    }
    if (incoming.url?.split("?")[0] !== protocol.path) {
      const found = protocol.other?.(incoming.url ?? "", body)
      return sendJson(outgoing, found ? 200 : 404, found ?? protocol.failure({ status: 404 }))
    }
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    )
    const request = { ...Object(body), headers, disconnected: hungUp.signal } as Request
    requests.push(request)
    await before(request)
    const said = (await fault(request)) ?? (await answer(request))
    await reply(protocol, outgoing, request, typeof said === "string" ? { text: said } : said)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${port}`, requests, stop, [Symbol.asyncDispose]: stop }
}

async function reply<Request>(
  protocol: Protocol<Request>,
  outgoing: ServerResponse,
  request: Request,
  given: Reply,
): Promise<void> {
  if ("status" in given) {
    const headers = { ...protocol.headers, ...given.headers }
    const status = given.disguised ? 200 : given.status
    if (given.html) return sendPage(outgoing, status)
    return sendJson(outgoing, status, protocol.failure(given), headers)
  }
  const fault = "fault" in given ? given.fault : undefined
  if (fault === "silence") return
  if (fault === "reset") return void outgoing.destroy()
  if (fault === "page") return sendPage(outgoing, 200)
  outgoing.writeHead(200, { "content-type": protocol.content_type, ...protocol.headers })
  if (fault === "empty") return void outgoing.end()
  await protocol.send(request, given as Streamed, (text) => sendBytes(outgoing, given, text))
  if (fault === "stall") return
  if (fault === "malformed") outgoing.write(protocol.malformed)
  if (fault !== "disconnect") return void outgoing.end()
  // What was written has to be on its way before the connection is cut.
  await Bun.sleep(20)
  outgoing.destroy()
}

/** Writes a text in chunks that may end within a character. */
function sendBytes(outgoing: ServerResponse, given: Reply, text: string): void {
  const bytes = Buffer.from(text)
  const size = ("chunk" in given && given.chunk) || bytes.length
  for (let start = 0; start < bytes.length; start += size) {
    outgoing.write(bytes.subarray(start, start + size))
  }
}

function sendJson(outgoing: ServerResponse, status: number, body: object, headers = {}): void {
  outgoing.writeHead(status, { "content-type": "application/json", ...headers })
  outgoing.end(JSON.stringify(body))
}

function sendPage(outgoing: ServerResponse, status: number): void {
  outgoing.writeHead(status, { "content-type": "text/html; charset=utf-8" })
  outgoing.end("<!doctype html><title>Something else</title>")
}

/** The pieces of a reply's text, each after its delay. */
export async function* piecesOf(reply: Streamed): AsyncGenerator<string> {
  if ("live" in reply && reply.live) return yield* reply.live()
  const text = ("fault" in reply ? reply.after : reply.text) ?? ""
  const usual = Math.max(40, Math.ceil(text.length / 100))
  const length = ("piece" in reply && reply.piece) || usual
  for (let start = 0; start < text.length; start += length) {
    if ("delay_ms" in reply) await Bun.sleep(reply.delay_ms ?? 0)
    yield text.slice(start, start + length)
  }
}

/** A tool's input in fragments that end anywhere. */
export function fragmentsOf(input: string): string[] {
  return input.match(/[\s\S]{1,7}/g) ?? []
}

/** An `answer` that replies in turn, the last one for ever. */
export function inTurn(...replies: (Reply | string)[]): () => Reply | string {
  let nth = 0
  return () => replies[Math.min(nth++, replies.length - 1)] ?? ""
}
