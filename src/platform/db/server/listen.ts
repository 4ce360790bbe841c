import { setTimeout as delay } from "node:timers/promises"
import { connect } from "./pool"

const RETRY_MS = 500

/** What a connection gets while it ends, which has nothing to say any more. */
const FAREWELL_S = 1

/**
 * Calls `heard` whenever somebody notifies the channel, and each time that it begins to listen,
 * since some may have been missed. It has a connection of its own, and another when that is lost.
 * Gives what ends it.
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
        // The pool meets the same, and tells of it.
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
