import { setTimeout as delay } from "node:timers/promises"
import { connect } from "./pool"

const RETRY_MS = 500

/** Time for an ending connection to close. It has nothing more to send. */
const FAREWELL_S = 1

/**
 * Calls `heard` on each notification of the channel, and whenever it starts to listen, because it
 * may have missed some. Uses its own connection and replaces it if it is lost. Returns a function
 * that stops it.
 */
export function listen(url: string, channel: string, heard: () => void): () => Promise<void> {
  const closing = new AbortController()
  const closed = new Promise<void>((resolve) => {
    closing.signal.addEventListener("abort", () => resolve())
  })

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      const lost = Promise.withResolvers<void>()
      const client = connect(url, { max: 1, onclose: lost.resolve, onnotify: heard })
      try {
        await client`listen ${client(channel)}`
        heard()
        await Promise.race([lost.promise, closed])
      } catch {
        // The pool fails the same way and reports it.
      }
      await client.end({ timeout: FAREWELL_S })
      await delay(RETRY_MS, undefined, closing).catch(() => undefined)
    }
  }

  const running = run()
  return () => {
    closing.abort()
    return running
  }
}
