import { expect } from "bun:test"
import { freshData } from "./support/database"
import { embeddingsAre, someDocuments } from "./support/embeddings"
import { testServer } from "./support/server"
import { needsVectors } from "./support/server-database"
import { placeModel, tinyModel } from "./support/tiny-model"

const withVectors = await needsVectors()

withVectors("with a model vectors and both together are measured, too", async () => {
  await using at = await freshData()
  await placeModel(at.home, "tiny/one", tinyModel())
  const settings = { EMBEDDING_MODEL: "tiny/one", RAG_SIMILARITY_THRESHOLD: "0" }
  await using server = await testServer({ home: at.home, settings })
  await server.client.uploadDocuments(someDocuments(9))
  await embeddingsAre(server.client, "ready")
  // A document's own text is nearest to itself.
  const [best] = await server.client.search({ query: "lantern keeper", mode: "vector" })
  const questions = [{ query: best!.content, relevant: [best!.document_name] }]
  const { settings: measured, left_out } = await server.client.evaluate({ questions })
  expect(left_out).toEqual([])
  expect(measured.map(({ mode, top_k }) => `${mode} ${top_k}`)).toEqual(
    ["lexical", "vector", "hybrid"].flatMap((mode) => [`${mode} 10`, `${mode} 100`]),
  )
  for (const { mode, figures, queries } of measured) {
    if (mode === "lexical") continue
    expect(queries[0]?.ranked[0]?.document_name).toBe(best!.document_name)
    expect(figures).toEqual({ ndcg_at_10: 1, recall: 1, mrr: 1, map: 1 })
  }
})
