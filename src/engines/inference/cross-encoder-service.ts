import { setTimeout as delay } from "node:timers/promises"
import type { PlatformDeps } from "../../platform/deps"
import { messageOf } from "../../platform/errors"
import type { CrossEncoder } from "./embedder"
import { openReranker } from "./open"
import type { RerankerState, RerankerStatus } from "./schema"

const RETRY_MIN_MS = 5000
const RETRY_MAX_MS = 3600_000
/** Longer queries are cut, since the passage must fit into the model as well. */
const QUERY_LENGTH_MAX = 1000

export type Reranker = {
  /** Opens the model in the background. Downloads it if it is missing. */
  begin(): void
  state(): RerankerState
  /** Scores how well each text answers the query. Throws if that takes too long. */
  score(query: string, texts: string[], timeout_ms: number): Promise<number[]>
  close(): Promise<void>
}

/** Creates the reranker. Nothing waits for the model or needs it; `state` reports failures. */
export function createReranker({ config, log }: Pick<PlatformDeps, "config" | "log">): Reranker {
  const { rerankModel: name } = config
  const closing = new AbortController()
  const { signal } = closing
  let state: RerankerState
  let model: CrossEncoder | undefined
  let running: Promise<void> | undefined
  const say = (status: RerankerStatus, note: string) => {
    state = { status, model: name, note }
  }
  if (name === "none") say("off", "RERANK_MODEL is none: results keep their order.")
  else say("waiting", "amelia serve opens the model.")

  async function open(): Promise<CrossEncoder> {
    say("fetching", `Opening ${name}.`)
    const opened = await openReranker({ config, log }, name, {
      signal,
      progress: ({ done, total }) =>
        say("fetching", `Downloading ${name}: ${Math.floor((100 * done) / total)} %.`),
    })
    try {
      await opened.score("query", ["passage"], signal)
      return opened
    } catch (thrown) {
      opened[Symbol.dispose]()
      throw thrown
    }
  }

  async function run(): Promise<void> {
    for (let retry_ms = RETRY_MIN_MS; !model && !signal.aborted; retry_ms *= 2) {
      try {
        model = await open()
        say("ready", `${name} reorders the best passages.`)
      } catch (thrown) {
        if (signal.aborted) return
        const reason = messageOf(thrown)
        say("failed", reason)
        log.info({ module: "reranking", event: "reranker.not_opened", reason })
        const pause_ms = Math.min(RETRY_MAX_MS, retry_ms)
        await delay(pause_ms, undefined, { signal }).catch(() => {})
      }
    }
  }

  return {
    state: () => state,
    begin() {
      if (state.status !== "off") running = run()
    },
    async score(query, texts, timeout_ms) {
      if (!model) throw new Error(state.note)
      const over = new AbortController()
      const late = delay(timeout_ms, undefined, { signal: over.signal }).then(() => {
        throw new Error(`It took longer than ${timeout_ms} ms.`)
      })
      try {
        const scored = model.score(query.slice(0, QUERY_LENGTH_MAX), texts, over.signal)
        return await Promise.race([scored, late])
      } finally {
        over.abort()
      }
    },
    async close() {
      closing.abort()
      await running
      model?.[Symbol.dispose]()
    },
  }
}
