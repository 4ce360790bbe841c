import { setTimeout as delay } from "node:timers/promises"
import type { EngineDeps } from "../../engines/deps"
import type { Embeddings } from "../../engines/inference/embeddings"
import { AppError, messageOf } from "../../platform/errors"
import { EmbeddingsUpdater } from "./embeddings-updater"

const RETRY_MIN_MS = 5000
const RETRY_MAX_MS = 3600_000

type EmbeddingDeps = Pick<EngineDeps, "config" | "db" | "log" | "events" | "pgvector" | "ownsHome">

/** Computes embeddings in the background. Nothing depends on them, and `state` says what failed. */
export function createEmbeddings(deps: EmbeddingDeps): Embeddings {
  const { config, pgvector } = deps
  const log = deps.log.child({ module: "embeddings" })
  const closing = new AbortController()
  const bell = createBell(closing.signal)
  const updater = new EmbeddingsUpdater(deps, closing.signal, bell.ring)
  const isOff = !pgvector || config.embeddingModel === "none"
  if (!pgvector) updater.say("off", "pgvector is not installed: search works by words.")
  else if (isOff) updater.say("off", "EMBEDDING_MODEL is none: search works by words.")
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    let retry_ms = 0
    while (!closing.signal.aborted) {
      try {
        await updater.round()
        retry_ms = 0
      } catch (thrown) {
        if (closing.signal.aborted) return
        const reason = messageOf(thrown)
        updater.say("failed", reason, fixFor(thrown, config.home))
        // Logged once: being offline is nothing to fix.
        log[retry_ms === 0 ? "info" : "debug"]({ event: "vectors.not_made", reason })
        retry_ms = Math.min(RETRY_MAX_MS, Math.max(RETRY_MIN_MS, retry_ms * 2))
      }
      await bell.heard(retry_ms)
    }
  }

  return {
    state: () => updater.state,
    serving: () => updater.serving,
    want() {
      if (isOff || updater.isWanted) return
      updater.isWanted = true
      bell.ring()
    },
    begin() {
      if (isOff) return
      const types = ["document.indexed", "document.deleted"]
      const stream = deps.events.subscribe({ types })
      closing.signal.addEventListener("abort", () => stream.end())
      running = Promise.all([run(), ringAt(stream, bell.ring)]).then(() => undefined)
    },
    async close() {
      closing.abort()
      // First, so that nothing waits for a worker that is no longer needed.
      await updater.close()
      await running
    },
  }
}

async function ringAt(stream: AsyncIterable<unknown>, ring: () => void): Promise<void> {
  for await (const _ of stream) ring()
}

function fixFor(thrown: unknown, home: string): string {
  if (thrown instanceof AppError && thrown.name === "ConfigurationError") {
    return String(thrown.details.help)
  }
  return `Amelia retries on its own. Without a network, copy the model's files to ${home}/models, or turn it off with EMBEDDING_MODEL=none.`
}

/** Rings coalesce, and a ring that nobody waits for is heard later. */
function createBell(closing: AbortSignal) {
  let rung = Promise.withResolvers<void>()
  const ring = () => rung.resolve()
  closing.addEventListener("abort", ring)
  return {
    ring,
    /** Waits for a ring, or after a failure for `failed_ms`, since rings would only repeat it. */
    async heard(failed_ms: number): Promise<void> {
      if (failed_ms === 0) await rung.promise
      else await delay(failed_ms, undefined, { signal: closing }).catch(() => {})
      rung = Promise.withResolvers()
    },
  }
}
