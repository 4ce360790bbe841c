import type { Db } from "../../../platform/db/db"
import { findChosen } from "../snapshot-store"
import { vectorText } from "./numbers"
import * as store from "./store"
import type { VectorIndex } from "./vector-index"

/** Searches with pgvector on a database server, which sees what any process commits. */
export function openGraphIndex(db: Db, model: { modelId: number; dimension: number }): VectorIndex {
  return {
    async search({ vector, topK, also, ...filter }) {
      const chosen = await findChosen(db, filter)
      const text = vectorText(vector)
      const [hits, similarities] = await Promise.all([
        store.nearest(db, model, { vector: text, topK, chosen }),
        store.similarities(db, model, text, also),
      ])
      return { hits, similarities }
    },
    put() {},
    keep() {},
    forget() {},
    [Symbol.dispose]() {},
  }
}
