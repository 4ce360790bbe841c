import { expect, test } from "bun:test"
import { testServer } from "./support/server"
import { tinyModel } from "./support/tiny-model"
import { hubPeer } from "./support/hub-peer"

test("a model is fetched", async () => {
  using hub = hubPeer({ model: "tiny/model", files: tinyModel() })
  const settings = { EMBEDDING_HUB_URL: hub.url, EMBEDDING_MODEL: "tiny/model" }
  await using server = await testServer({ settings })
  await server.client.uploadDocuments([{ name: "a.md", content: new Blob(["# Lantern\n\nThe harbour lantern keeper."]) }, { name: "b.md", content: new Blob(["# Bread\n\nThe bread dough in the oven."]) }])
  for (let i = 0; i < 100; i++) { const h = await server.client.health(); if (i % 20 === 0 || h.checks.embeddings.state === "ready") console.log(h.checks.embeddings); if (h.checks.embeddings.state === "ready") break; await Bun.sleep(50) }
  console.log((await server.client.search({ query: "lantern keeper" })).map((r: any) => [r.document_name, r.mode, r.score, r.similarity]))
  console.log((await server.client.search({ query: "lantern keeper", mode: "vector", similarity_threshold: 0 })).map((r: any) => [r.document_name, r.mode, r.score, r.similarity]))
  expect(hub.asked).toEqual([])
})
