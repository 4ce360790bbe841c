import { causeOf } from "../failure"

export type ConnectionLimits = {
  /** How long the response headers may take. */
  header_timeout_ms: number
  /** Silence after which a stream counts as dead. Pings and comments count as activity. */
  idle_timeout_ms: number
  /** The largest answer, including the protocol around its text. */
  answer_bytes_max: number
}

/** A failure below the provider's protocol. */
export type Fault =
  | { kind: "unreachable"; cause: string }
  | { kind: "late" | "silent" | "endless" | "page" }

/** The connection of one attempt. Detects faults that HTTP clients miss. */
export type Connection = {
  fetch: Fetch
  fault(): Fault | undefined
  /** Aborts a request in progress. */
  close(): void
}
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

export function openConnection(limits: ConnectionLimits, signal: AbortSignal): Connection {
  const ending = new AbortController()
  let fault: Fault | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  function cut(found: Fault) {
    fault ??= found
    ending.abort(new Error(`The connection was cut: ${found.kind}.`))
  }

  function expect(kind: "late" | "silent", within_ms: number) {
    clearTimeout(timer)
    timer = setTimeout(() => cut({ kind }), within_ms)
  }

  function watched(response: Response): Response {
    expect("silent", limits.idle_timeout_ms)
    let bytes = 0
    const reader = response.body?.getReader()
    // Twice as fast as a TransformStream, which matters when many answers stream.
    const watch = new ReadableStream<Uint8Array>({
      async pull(stream) {
        const { value: piece, done } = (await reader?.read()) ?? { done: true }
        timer?.refresh()
        bytes += piece?.length ?? 0
        if (bytes > limits.answer_bytes_max) cut({ kind: "endless" })
        // Aborting the request doesn't end a response that has already arrived.
        ending.signal.throwIfAborted()
        if (piece) return stream.enqueue(piece)
        if (!done) return
        clearTimeout(timer)
        stream.close()
      },
      cancel: (reason) => reader?.cancel(reason),
    })
    const { status, statusText, headers } = response
    return new Response(watch, { status, statusText, headers })
  }

  async function connect(input: string | URL | Request, init: RequestInit = {}) {
    const signals = [signal, ending.signal, ...(init.signal ? [init.signal] : [])]
    expect("late", limits.header_timeout_ms)
    // Bun's five-minute timeout is too short while a model loads.
    const options = { ...init, signal: AbortSignal.any(signals), timeout: false }
    const response = await fetch(input, options).catch((error) => {
      fault ??= { kind: "unreachable", cause: causeOf(error) }
      throw error
    })
    const isPage = response.ok && response.headers.get("content-type")?.includes("text/html")
    if (isPage) cut({ kind: "page" })
    return watched(response)
  }

  return {
    fetch: connect,
    fault: () => fault,
    close() {
      clearTimeout(timer)
      ending.abort()
    },
  }
}
