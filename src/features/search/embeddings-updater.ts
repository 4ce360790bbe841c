import type { EngineDeps } from "../../engines/deps"
import { openGraphIndex } from "../../engines/index/vectors/graph-index"
import { openScanIndex } from "../../engines/index/vectors/scan-index"
import { buildGraph } from "../../engines/index/vectors/store"
import type { VectorIndex } from "../../engines/index/vectors/vector-index"
import type { Embedder } from "../../engines/inference/embedder"
import type { Serving } from "../../engines/inference/embeddings"
import { openEmbedder } from "../../engines/inference/open"
import type { EmbeddingState, EmbeddingStatus } from "../../engines/inference/schema"
import type { EmbeddingModelRow } from "../../platform/db/schema/embeddings"
import { AppError, messageOf } from "../../platform/errors"
import { fill } from "./embeddings-fill"
import * as store from "./embeddings-store"

type UpdaterDeps = Pick<EngineDeps, "config" | "db" | "log" | "ownsHome">

const VECTORS_A_SWEEP = 500

/** Adds missing vectors and serves them once all passages have one; until then, the old model's. */
export class EmbeddingsUpdater {
  state: EmbeddingState
  serving: Serving | undefined
  /** Set if the model is needed for more than the documents. */
  isWanted = false
  /** The model from the settings, once it is open. */
  private present: Embedder | undefined

  constructor(
    private readonly deps: UpdaterDeps,
    private readonly signal: AbortSignal,
    private readonly wake: () => void,
  ) {
    this.state = {
      ...{ status: "waiting", model: deps.config.embeddingModel, mode: "lexical" },
      ...{ note: "amelia serve opens the model.", fix: null },
    }
  }

  say(status: EmbeddingStatus, note: string, fix: string | null = null): void {
    const mode = this.serving ? "hybrid" : "lexical"
    this.state = { status, model: this.deps.config.embeddingModel, mode, note, fix }
  }

  /** Runs one round, after which every passage it found has a vector. Throws what prevents it. */
  async round(): Promise<void> {
    const { db, config } = this.deps
    const { embeddingModel: name, embeddingDimension: dimension } = config
    if (!this.isWanted && !(await store.hasChunks(db))) {
      return this.say("waiting", "There are no documents yet.")
    }
    await store.makeVectorTable(db)
    const known = await store.listModels(db)
    const own = known.find((row) => row.name === name && row.dimension === dimension)
    if (!this.serving && !own?.filled) await this.serveFormer(known)
    this.present ??= await this.openPresent()
    const row = own ?? (await store.putModel(db, { name, dimension }))
    const count = await fill(db, {
      modelId: row.id,
      embedder: this.present,
      index: this.serving?.row.id === row.id ? this.serving.index : undefined,
      signal: this.signal,
      progress: ({ done, total }) => {
        if (done < total) this.say("filling", `${done} of ${total} passages have a vector.`)
      },
    })
    if (this.serving?.row.id !== row.id) await this.change(row, this.present)
    this.say("ready", `${count} of ${count} passages have a vector.`)
  }

  /** Called when the served index no longer works. */
  private readonly lost = (index: () => VectorIndex | undefined) => (reason: Error) => {
    if (!this.serving || this.serving.index !== index()) return
    this.deps.log.warn({ module: "embeddings", event: "vectors.lost", reason: reason.message })
    this.serving = undefined
    this.wake()
  }

  async close(): Promise<void> {
    this.serving?.index[Symbol.dispose]()
    this.serving?.embedder[Symbol.dispose]()
    this.present?.[Symbol.dispose]()
  }

  private async openPresent(): Promise<Embedder> {
    const { embeddingModel: name, embeddingDimension: wanted } = this.deps.config
    this.say("fetching", `Opening ${name}.`)
    const embedder = await openEmbedder(this.deps, name, {
      signal: this.signal,
      progress: ({ done, total }) =>
        this.say("fetching", `Downloaded ${megabytes(done)} of ${megabytes(total)} MB of ${name}.`),
    })
    const [vector] = await embedder.embed(["dimension"])
    if (vector?.length === wanted) return embedder
    embedder[Symbol.dispose]()
    const found = vector?.length
    const sentence = `${name} makes vectors of ${found} numbers, but EMBEDDING_DIMENSION is ${wanted}.`
    const help = `Set EMBEDDING_DIMENSION=${found} and restart Amelia.`
    throw new AppError("ConfigurationError", sentence, { help })
  }

  /** Serves the vectors of the model before while those of the current one are computed. */
  private async serveFormer(known: EmbeddingModelRow[]): Promise<void> {
    const former = known.findLast(({ filled }) => filled)
    if (!former) return
    try {
      const embedder = await openEmbedder(this.deps, former.name)
      this.serving = await this.serve(former, embedder)
    } catch (thrown) {
      const reason = messageOf(thrown)
      this.deps.log.info({ module: "embeddings", event: "vectors.former_unusable", reason })
    }
  }

  private async serve(row: EmbeddingModelRow, embedder: Embedder): Promise<Serving> {
    const { db, ownsHome } = this.deps
    const model = { modelId: row.id, dimension: row.dimension }
    if (!ownsHome) {
      await buildGraph(db, model)
      return { row, embedder, index: openGraphIndex(db, model) }
    }
    let index: VectorIndex | undefined
    index = await openScanIndex(db, { ...model, ended: this.lost(() => index) })
    return { row, embedder, index }
  }

  /** Switches to this model, whose vectors are complete, and deletes those of others. */
  private async change(row: EmbeddingModelRow, embedder: Embedder): Promise<void> {
    const { db, log, ownsHome } = this.deps
    const before = this.serving
    if (!row.filled) await store.markFilled(db, row.id)
    this.serving = await this.serve(row, embedder)
    before?.index[Symbol.dispose]()
    before?.embedder[Symbol.dispose]()
    log.info({ module: "embeddings", event: "vectors.ready", model: row.name })
    // With a database server, other processes may use other models.
    if (!ownsHome) return
    while (!(await store.deleteVectorsBeside(db, row.id, VECTORS_A_SWEEP))) {
      this.signal.throwIfAborted()
    }
    await store.deleteModelsBeside(db, row.id)
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1)
}
