import { expect, test } from "bun:test"
import { join } from "node:path"
import { newEmbeddingWorker } from "../src/embedded"
import { openCrossEncoder } from "../src/engines/inference/local"
import { loadModel } from "../src/engines/inference/transformers"
import type { RetrievalResult } from "../src/platform/shapes/passage"
import type { Client } from "../src/ways-in/client/client"
import { emptyHome, freshHome } from "./support/database"
import { someDocuments } from "./support/embeddings"
import { hubPeer } from "./support/hub-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"
import { tinyCrossEncoder } from "./support/tiny-cross-encoder"
import { placeModel, tinyModel } from "./support/tiny-model"

const model = "tiny/cross"
const settings = { RERANK_MODEL: model, EMBEDDING_MODEL: "none" }
const query = "lantern keeper storm"
const never = new AbortController().signal

async function rerankerIs(client: Client, wanted: string): Promise<string> {
  for (;;) {
    const { state, note } = (await client.health()).checks.reranking
    if (state === wanted) return note
    await Bun.sleep(20)
  }
}

const places = (results: RetrievalResult[]) =>
  results.map(({ document_name, chunk_index }) => `${document_name} ${chunk_index}`)

test("the best passages are in the order of the model's scores", async () => {
  await using at = await freshHome()
  await placeModel(at.home, model, tinyCrossEncoder())
  await using server = await testServer({ home: at.home, settings })
  const { client } = server
  await client.uploadDocuments(someDocuments(40))
  await rerankerIs(client, "ready")
  const asked = { query, mode: "lexical", top_k: 35 } as const
  const before = await client.search({ ...asked, rerank: false })
  const after = await client.search({ ...asked, explain: true })

  const load = { type: "load", kind: "cross-encoder", model } as const
  const score = await loadModel({ ...load, models: join(at.home, "models") })
  const texts = before.slice(0, 30).map((it) => [...it.heading_path, it.content].join("\n"))
  const { vectors } = await score({ query, texts })
  const scores = [...vectors].sort((a, b) => b - a)
  const best = [...vectors.keys()].sort((a, b) => (vectors[b] ?? 0) - (vectors[a] ?? 0))
  expect(places(after.slice(0, 30))).toEqual(best.map((i) => places(before)[i] ?? ""))
  expect(places(after.slice(30))).toEqual(places(before.slice(30)))
  expect(places(after)).not.toEqual(places(before))
  for (const [i, { explain }] of after.slice(0, 30).entries()) {
    expect(explain?.rerank).toMatchObject({ rank_before: (best[i] ?? 0) + 1, rank: i + 1 })
    expect(explain?.rerank?.score).toBeCloseTo(scores[i] ?? 0, 3)
    expect(explain?.lexical?.terms.length).toBeGreaterThan(0)
  }
  expect(after[30]?.explain?.rerank).toBeUndefined()
  // The results are still in the order of `score`.
  expect(after.map(({ score }) => score)).toEqual(before.map(({ score }) => score))
  expect(places(await client.search({ ...asked, top_k: 3 }))).toEqual(places(after).slice(0, 3))
})

test("without the setting the order is unchanged", async () => {
  await using at = await freshHome()
  await using server = await testServer({ home: at.home, settings: { EMBEDDING_MODEL: "none" } })
  await server.client.uploadDocuments(someDocuments(12))
  const found = await server.client.search({ query, rerank: true, explain: true })
  expect(found.every(({ explain }) => explain?.rerank === undefined)).toBe(true)
  expect(found).toEqual(await server.client.search({ query, rerank: false, explain: true }))
  expect((await server.client.health()).checks.reranking).toMatchObject({
    ...{ status: "healthy", model: null, state: "off" },
  })
})

test.each([
  ["is not a cross-encoder", tinyCrossEncoder({ labels: 2 }), "one score"],
  ["makes vectors", tinyModel(), ""],
  ["is damaged", { ...tinyCrossEncoder(), "onnx/model.onnx": new Uint8Array([1, 2, 3]) }, ""],
])("a model that %s leaves the order unchanged, and health says so", async (_, files, reason) => {
  await using at = await freshHome()
  await placeModel(at.home, model, files)
  await using server = await testServer({ home: at.home, settings })
  const { client } = server
  await client.uploadDocuments(someDocuments(12))
  expect(await rerankerIs(client, "failed")).toContain(reason)
  const found = await client.search({ query, rerank: true })
  expect(found).toEqual(await client.search({ query, rerank: false }))
  expect((await server.fetch("/health")).status).toBe(200)
  const measured = rejection(
    client.evaluate({
      questions: [{ query, relevant: ["1.md"] }],
      settings: [{ mode: "lexical", top_k: 10, rerank: true }],
    }),
  )
  expect(await measured).toMatchObject({ status: 503 })
})

test("a model is downloaded from the hub once", async () => {
  await using at = await freshHome()
  using hub = await hubPeer({ model, files: tinyCrossEncoder() })
  const online = { ...settings, EMBEDDING_HUB_URL: hub.url }
  await using server = await testServer({ home: at.home, settings: online })
  await rerankerIs(server.client, "ready")
  expect((await server.client.health()).checks.reranking.model).toBe(model)
  expect(hub.asked.length).toBe(5)
})

test("an abandoned query reads no further batch, and a killed worker is restarted", async () => {
  await using at = await emptyHome()
  await placeModel(at.home, model, tinyCrossEncoder())
  const workers: Worker[] = []
  const newWorker = () => {
    const worker = newEmbeddingWorker()
    workers.push(worker)
    return worker
  }
  const place = { models: join(at.home, "models"), model, runtime: undefined }
  using encoder = await openCrossEncoder(place, newWorker)
  const texts = someDocuments(20).map((_, i) => "harbour lantern ".repeat(i + 1))
  const scores = await encoder.score(query, texts, never)
  expect(new Set(scores).size).toBe(20)
  const over = new AbortController()
  const given = encoder.score(query, texts, over.signal)
  over.abort(new Error("given up"))
  expect(`${await rejection(given)}`).toContain("given up")
  const again = encoder.score(query, texts, never)
  workers[0]?.terminate()
  expect(await again).toEqual(scores)
  expect(workers.length).toBe(2)
})
