/** `bun test/bench/vectors.ts`: queries over 100,000 chunks with clustered vectors. */

import { TopK } from "../../src/engines/index/top-k"
import { toWholeNumbers } from "../../src/engines/index/vectors/numbers"
import { readVectors } from "../../src/engines/index/vectors/store"
import { openLocal } from "../../src/engines/inference/local"
import * as store from "../../src/features/search/embeddings-store"
import { openDatabase } from "../../src/platform/db/open"
import { embeddingsAre } from "../support/embeddings"
import { serveProcess } from "../support/process"
import { placeModel, randomNumbers, tinyModel } from "../support/tiny-model"
import { questions } from "./corpus"
import { type Figure, printFigures, quantile } from "./figures"
import { homeOnDisk, startServer, uploadMarkdown } from "./server"

const corpus = { seed: 3, count: Number(process.argv[2] ?? 5000), bytes: 10_000 }
const model = { name: "tiny/one", dimension: 384 }
const CLUSTERS = 500
const RUNS = 3
const QUERIES = 200

type Row = { id: number; vector: Float32Array }

export async function measureVectors(): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await placeModel(at.home, model.name, tinyModel())
  {
    await using server = await startServer(at.home)
    await uploadMarkdown(server.client, corpus)
    await server.stop()
  }
  const rows = await giveVectors(at.home)
  const env = { EMBEDDING_MODEL: model.name }
  await using server = await serveProcess({ home: at.home, env })
  await embeddingsAre(server.client, "ready")

  const figures: Figure[] = []
  for (const [mode, aim] of [["vector", "≤ 15"] as const, ["hybrid", "≤ 35"] as const]) {
    const runs: number[][] = []
    for (let run = 0; run < RUNS; run++) {
      const taken: number[] = []
      for (const query of questions(100 + run, QUERIES)) {
        const asked = performance.now()
        await server.client.search({ query, mode, similarity_threshold: -1 })
        taken.push(performance.now() - asked)
      }
      runs.push(taken)
    }
    const least = (share: number) => Math.min(...runs.map((taken) => quantile(taken, share)))
    const what = `${mode} query over ${rows.length} chunks, best of ${RUNS} runs: median`
    figures.push({ what, value: least(0.5), unit: "ms" })
    figures.push({ what: "  p95", value: least(0.95), unit: "ms", aim })
  }
  const recall = await recallOf(server.client, at.home, rows)
  await server.stop()
  return [...figures, { what: "  recall@10", value: recall, unit: "", aim: "= 1" }]
}

/** Stores a vector for each chunk, near one of some centres, as those of real texts are. */
async function giveVectors(home: string): Promise<Row[]> {
  const { db, close } = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
  await store.makeVectorTable(db)
  const { id: modelId } = await store.putModel(db, model)
  const centres = randomNumbers(CLUSTERS * model.dimension, 1)
  for (let after = 0; ; ) {
    const { ids } = await store.listWindow(db, modelId, after, 500)
    const rows = ids.map((id) => {
      const centre = (id % CLUSTERS) * model.dimension
      const vector = randomNumbers(model.dimension, id)
      return {
        id,
        vector: toWholeNumbers(vector.map((x, i) => x / 2 + (centres[centre + i] ?? 0))),
      }
    })
    if (rows.length === 0) break
    await store.insertVectors(db, modelId, rows)
    after = ids.at(-1) ?? after
  }
  await store.markFilled(db, modelId)
  const stored: Row[] = []
  for await (const { ids, vectors } of readVectors(db, { modelId, ...model }, 500)) {
    for (const [i, id] of ids.entries()) {
      const from = i * model.dimension
      stored.push({ id, vector: vectors.slice(from, from + model.dimension) })
    }
  }
  await close()
  return stored
}

type Client = Parameters<typeof embeddingsAre>[0]

/** How many of the ten nearest by brute force are found; ties count by their similarity. */
async function recallOf(client: Client, home: string, rows: Row[]): Promise<number> {
  const load = { models: `${home}/models`, model: model.name, runtime: undefined }
  using embedder = await openLocal(load)
  const asked = [...questions(7, 20)]
  let found = 0
  for (const query of asked) {
    const [vector = new Float32Array()] = await embedder.embed([query])
    const best = new TopK(10)
    for (const row of rows) best.offer(row.id, cosine(row.vector, vector))
    const least = best.best().at(-1)?.score ?? 0
    const options = { mode: "vector", top_k: 10, similarity_threshold: -1 } as const
    const results = await client.search({ query, ...options })
    found += results.filter(({ similarity }) => (similarity ?? 0) > least - 1e-5).length
  }
  return found / asked.length / 10
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, ofA, ofB] = [0, 0, 0]
  for (const [i, x] of a.entries()) {
    const y = b[i] ?? 0
    product += x * y
    ofA += x * x
    ofB += y * y
  }
  return product / Math.sqrt(ofA * ofB)
}

if (import.meta.main) printFigures(await measureVectors())
