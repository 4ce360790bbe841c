/** Notices a stream that went silent, which no timeout of an HTTP client does. */
export type Watchdog = {
  /** Aborts once the limit passed without a sign of life. */
  readonly signal: AbortSignal
  /** Starts the clock, and starts it again. */
  alive(): void
  stop(): void
}

export function createWatchdog(limit_ms: number): Watchdog {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    signal: controller.signal,
    alive() {
      if (timer) timer.refresh()
      else timer = setTimeout(() => controller.abort(), limit_ms)
    },
    stop: () => clearTimeout(timer),
  }
}

/** The same response, whose every piece of body that arrives is a sign of life. */
export function watched(response: Response, watchdog: Watchdog): Response {
  watchdog.alive()
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, stream) {
      watchdog.alive()
      stream.enqueue(bytes)
    },
  })
  const { status, statusText, headers } = response
  return new Response(response.body?.pipeThrough(watch), { status, statusText, headers })
}
