import { causeOf } from "../failure"

export type ConnectionLimits = {
  /** How long the status line and headers may take. */
  header_timeout_ms: number
  /** Silence after which a stream counts as dead; pings and comments are signs of life. */
  idle_timeout_ms: number
  /** Of one answer, with all that its protocol puts around the text. */
  answer_bytes_max: number
}

/** What went wrong below a provider's protocol. */
export type Fault =
  | { kind: "unreachable"; cause: string }
  | { kind: "late" | "silent" | "endless" | "page" }

/** The line to a provider for one attempt, on which faults show that no HTTP client notices. */
export type Connection = {
  /** `fetch` under the limits, for the provider's own client. */
  fetch: Fetch
  fault(): Fault | undefined
  /** Ends what is still under way. */
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
    // Takes half the time of a TransformStream, which counts where many answers stream.
    const watch = new ReadableStream<Uint8Array>({
      async pull(stream) {
        const { value: piece, done } = (await reader?.read()) ?? { done: true }
        timer?.refresh()
        bytes += piece?.length ?? 0
        if (bytes > limits.answer_bytes_max) cut({ kind: "endless" })
        // An answer that is here already is not ended by the abort of its request.
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
    // Bun's own limit of five minutes is too short for a model that is still to be loaded.
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
