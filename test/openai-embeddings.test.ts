import { expect } from "bun:test"
import { freshData } from "./support/database"
import { embeddingsAre, someDocuments } from "./support/embeddings"
import { openAiClient } from "./support/openai"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"
import { needsVectors } from "./support/server-database"
import { placeModel, tinyModel } from "./support/tiny-model"

// POST /v1/embeddings with the official client.

const withVectors = await needsVectors()

withVectors("the first request has the model opened, without any document", async () => {
  await using at = await freshData()
  await placeModel(at.home, "tiny/one", tinyModel())
  const settings = { EMBEDDING_MODEL: "tiny/one" }
  await using server = await testServer({ home: at.home, settings })
  // The client tries again after as long as the server says.
  const openai = openAiClient(server).withOptions({ maxRetries: 100 })
  const { data } = await openai.embeddings.create({ model: "tiny/one", input: "bread" })
  expect(data[0]?.embedding).toHaveLength(384)
})

withVectors("texts are embedded by the model of the search, as floats and as base64", async () => {
  await using at = await freshData()
  await placeModel(at.home, "tiny/one", tinyModel())
  await using server = await testServer({
    home: at.home,
    settings: { EMBEDDING_MODEL: "tiny/one" },
  })
  await server.client.uploadDocuments(someDocuments(1))
  await embeddingsAre(server.client, "ready")
  const openai = openAiClient(server)
  const input = ["harbour lantern", "bread", ...Array.from({ length: 40 }, (_, n) => `bee ${n}`)]
  // The client asks for base64 unless it is told otherwise.
  const packed = await openai.embeddings.create({ model: "tiny/one", input })
  const plain = await openai.embeddings.create({
    ...{ model: "tiny/one", input, encoding_format: "float", dimensions: 384 },
  })
  expect(packed.data).toHaveLength(42)
  expect(plain.data.map(({ index }) => index)).toEqual(input.map((_, index) => index))
  expect(packed.data.map(({ embedding }) => embedding)).toEqual(
    plain.data.map(({ embedding }) => embedding),
  )
  const single = await openai.embeddings.create({ model: "tiny/one", input: "bread" })
  const dot = (a: number[] = [], b: number[] = []) =>
    a.reduce((sum, it, i) => sum + it * (b[i] ?? 0), 0)
  expect(dot(single.data[0]?.embedding, plain.data[1]?.embedding)).toBeCloseTo(1, 4)
  const ids = (await Array.fromAsync(openai.models.list())).map(({ id }) => id)
  expect(ids).toContain("tiny/one")
  for (const [wrong, refused] of [
    [{ dimensions: 128 }, { status: 400, param: "dimensions" }],
    [{ model: "tiny/two" }, { status: 404, code: "model_not_found" }],
  ]) {
    const wanted = openai.embeddings.create({ model: "tiny/one", input: "bread", ...wrong })
    expect(await rejection(wanted as Promise<unknown>)).toMatchObject(refused ?? {})
  }
})
