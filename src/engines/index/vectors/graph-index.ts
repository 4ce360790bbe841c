import type { Db } from "../../../platform/db/db"
import { findAllowed } from "../snapshot-store"
import { vectorText } from "./numbers"
import * as store from "./store"
import type { VectorIndex } from "./vector-index"

/**
 * Search by pgvector on a server: what is committed there by any process is found, so that nothing
 * needs to be told. Until `buildGraph` is done the server looks at each vector.
 */
export function openGraphIndex(db: Db, model: { modelId: number; dimension: number }): VectorIndex {
  return {
    async search({ vector, topK, also, ...filter }) {
      const allowed = await findAllowed(db, filter)
      const text = vectorText(vector)
      const [hits, similarities] = await Promise.all([
        store.nearest(db, model, { vector: text, topK, allowed }),
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
