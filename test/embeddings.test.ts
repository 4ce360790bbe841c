import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { newEmbeddingWorker } from "../src/embedded"
import { fetchModel } from "../src/engines/inference/fetch-model"
import { modelFolder } from "../src/engines/inference/files"
import { openLocal } from "../src/engines/inference/local"
import { emptyHome, freshData, freshDataOn } from "./support/database"
import { embeddingsAre, foundByVectors, someDocuments } from "./support/embeddings"
import { hubPeer } from "./support/hub-peer"
import { ollamaPeer } from "./support/ollama-peer"
import { postgresPrograms, startPostgres } from "./support/postgres"
import { serveProcess } from "./support/process"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"
import { needsVectors } from "./support/server-database"
import { placeModel, tinyModel } from "./support/tiny-model"

const model = "tiny/one"
const files = tinyModel()
const weights = Buffer.from(files["onnx/model.onnx"] ?? [])

/** Options to download from this hub into this home. */
function fetching(hubUrl: string, home: string) {
  const folder = modelFolder(home, model)
  const seen: number[] = []
  const progress = ({ done }: { done: number }) => void seen.push(done)
  const signal = new AbortController().signal
  return { seen, folder, options: { hubUrl, model, folder, signal, progress } }
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  return names.filter((it) => it.isFile()).map((it) => it.name)
}

test("a download resumes after its connection is cut", async () => {
  await using at = await emptyHome()
  using hub = await hubPeer({ model, files })
  const { folder, seen, options } = fetching(hub.url, at.home)
  const { promise: received, resolve } = Promise.withResolvers<void>()
  hub.cut = { path: "onnx/model.onnx", bytes: 100_000, received }
  const smallFiles = 20_000
  const progress = ({ done }: { done: number }) => void (done > smallFiles && resolve())
  await rejection(fetchModel({ ...options, progress }))
  expect(await namesIn(folder)).toContain("model.onnx.part")
  await fetchModel(options)
  expect(hub.asked.at(-1)).toMatch(/onnx\/model\.onnx bytes=\d+-$/)
  const fetched = await Bun.file(join(folder, "onnx/model.onnx")).bytes()
  expect(weights.equals(fetched)).toBe(true)
  expect((await namesIn(folder)).filter((name) => name.endsWith(".part"))).toEqual([])
  expect(seen.at(-1)).toBe(weights.length)
})

test("a file that doesn't match the hub's checksum is not renamed", async () => {
  await using at = await emptyHome()
  const other = tinyModel({ seed: 2 })["onnx/model.onnx"] ?? new Uint8Array()
  using hub = await hubPeer({ model, files, sent: { "onnx/model.onnx": other } })
  const { folder, options } = fetching(hub.url, at.home)
  expect(`${await rejection(fetchModel(options))}`).toContain("checksum")
  const names = await namesIn(folder)
  expect(names).toContain("config.json")
  expect(names.filter((name) => name.startsWith("model.onnx"))).toEqual([])
})

test("a killed worker is restarted, and callers notice only the delay", async () => {
  await using at = await emptyHome()
  await placeModel(at.home, model, files)
  const workers: Worker[] = []
  const newWorker = () => {
    const worker = newEmbeddingWorker()
    workers.push(worker)
    return worker
  }
  const load = { models: join(at.home, "models"), model, runtime: undefined }
  using embedder = await openLocal(load, newWorker)
  const before = await embedder.embed(["harbour"])
  const asked = embedder.embed(["harbour"])
  workers[0]?.terminate()
  expect(await asked).toEqual(before)
  expect(await embedder.embed(["harbour"])).toEqual(before)
  expect(workers.length).toBe(2)
})

const withVectors = await needsVectors()

withVectors("a fetched model serves without its hub from then on", async () => {
  await using at = await freshData()
  const settings = { EMBEDDING_MODEL: model }
  {
    using hub = await hubPeer({ model, files })
    const online = { ...settings, EMBEDDING_HUB_URL: hub.url }
    await using server = await testServer({ home: at.home, settings: online })
    const { client } = server
    expect((await client.health()).checks.embeddings).toMatchObject({ mode: "lexical" })
    await client.uploadDocuments(someDocuments(3))
    await embeddingsAre(client, "ready")
    expect(hub.asked.length).toBe(5)
  }
  await using server = await testServer({ home: at.home, settings })
  await embeddingsAre(server.client, "ready")
  const [hybrid] = await server.client.search({ query: "lantern keeper" })
  expect(hybrid).toMatchObject({ mode: "hybrid", similarity: expect.any(Number) })
  const near = await server.client.search({ query: "lantern keeper", mode: "vector" })
  expect(near.every(({ similarity }) => (similarity ?? 0) >= 0.7)).toBe(true)
  expect((await foundByVectors(server.client, "lantern keeper")).length).toBe(3)
})

withVectors("without a model search works by words, and says so", async () => {
  await using server = await testServer({ settings: { EMBEDDING_MODEL: model } })
  const { client } = server
  await client.uploadDocuments(someDocuments(3))
  await embeddingsAre(client, "failed")
  const [found] = await client.search({ query: "lantern" })
  expect(found).toMatchObject({ mode: "lexical", similarity: null })
  expect((await server.fetch("/health")).status).toBe(200)
})

test.skipIf(!postgresPrograms)("a server without pgvector is searched by words", async () => {
  await using postgres = await startPostgres()
  await using data = await freshDataOn(postgres.url)
  await placeModel(data.home, model, files)
  const settings = { EMBEDDING_MODEL: model, DATABASE_URL: data.databaseUrl }
  await using server = await testServer({ home: data.home, settings })
  await server.client.uploadDocuments(someDocuments(3))
  const [found] = await server.client.search({ query: "lantern" })
  expect(found).toMatchObject({ mode: "lexical", similarity: null })
  expect(await embeddingsAre(server.client, "off")).toContain("pgvector is not installed")
  const vector = rejection(server.client.search({ query: "lantern", mode: "vector" }))
  expect(await vector).toMatchObject({ status: 503 })
})

withVectors("killed while it embeds, it goes on, to the index of one that was not", async () => {
  await using at = await freshData()
  await placeModel(at.home, model, files)
  const env = { EMBEDDING_MODEL: model, RATE_LIMIT_UPLOADS: "1000/minute" }
  const documents = someDocuments(250)
  {
    await using server = await serveProcess({ home: at.home, env })
    await server.client.uploadDocuments(documents)
    await embeddingsAre(server.client, "filling")
    await server.kill()
  }
  await using again = await serveProcess({ home: at.home, env })
  await embeddingsAre(again.client, "ready")

  await using fresh = await freshData()
  await placeModel(fresh.home, model, files)
  await using whole = await testServer({ home: fresh.home, settings: env })
  await whole.client.uploadDocuments(documents)
  await embeddingsAre(whole.client, "ready")
  for (const query of ["lantern", "storm harbour", "bread oven bee"]) {
    const found = await foundByVectors(again.client, query)
    expect(found.length).toBe(20)
    expect(found).toEqual(await foundByVectors(whole.client, query))
  }
})

withVectors("what is deleted or replaced is not found by its vector any more", async () => {
  await using at = await freshData()
  await placeModel(at.home, model, files)
  await using server = await testServer({ home: at.home, settings: { EMBEDDING_MODEL: model } })
  const { client } = server
  const [first, second] = await client.uploadDocuments(someDocuments(12))
  await embeddingsAre(client, "ready")
  await client.deleteDocument(first?.id ?? "")
  await client.uploadDocuments([{ name: "1.md", content: new Blob(["# 1\n\nflower seed"]) }])
  const names = (await foundByVectors(client, "lantern")).map(([name]) => name)
  expect(names).not.toContain("0.md")
  const found = await client.search({ query: "lantern", document_ids: [second?.id ?? ""] })
  expect(found.map(({ content }) => content)).not.toContain("lantern")
})

withVectors(
  "another model takes over once it has embedded all; until then the former serves",
  async () => {
    await using at = await freshData()
    await placeModel(at.home, model, files)
    await placeModel(at.home, "tiny/two", tinyModel({ seed: 2, dimension: 128 }))
    {
      const settings = { EMBEDDING_MODEL: model }
      await using server = await testServer({ home: at.home, settings })
      await server.client.uploadDocuments(someDocuments(20))
      await embeddingsAre(server.client, "ready")
    }
    const settings = { EMBEDDING_MODEL: "tiny/missing", EMBEDDING_DIMENSION: "128" }
    {
      await using server = await testServer({ home: at.home, settings })
      await embeddingsAre(server.client, "failed")
      expect((await foundByVectors(server.client, "lantern")).length).toBe(20)
    }
    settings.EMBEDDING_MODEL = "tiny/two"
    await using server = await testServer({ home: at.home, settings })
    await embeddingsAre(server.client, "ready")
    expect((await foundByVectors(server.client, "lantern")).length).toBe(20)
    expect((await server.client.health()).checks.embeddings.model).toBe("tiny/two")
  },
)

withVectors("Ollama can make the vectors", async () => {
  await using peer = await ollamaPeer()
  const settings = {
    ...{ EMBEDDING_MODEL: "ollama:nomic-embed-text", EMBEDDING_DIMENSION: "26" },
    OLLAMA_BASE_URL: peer.url,
  }
  await using server = await testServer({ settings })
  await server.client.uploadDocuments(someDocuments(5))
  await embeddingsAre(server.client, "ready")
  expect((await foundByVectors(server.client, "lantern")).length).toBe(5)
})
