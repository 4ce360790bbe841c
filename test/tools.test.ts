import { expect, test } from "bun:test"
import type { Client } from "../src/ways-in/client/client"
import { anthropicPeer } from "./support/anthropic-peer"
import { freshData } from "./support/database"
import type { Answering, Received } from "./support/model-peer"
import { serveProcess } from "./support/process"
import { testServer } from "./support/server"
import { ANTHROPIC_KEY, said, searching, toolSpeakers } from "./support/tool-speakers"

/** Searches once, then cites a passage from the result. */
const searchesThenCites: Answering<Received> = (request) => {
  const [, number] = /\[(\d+)\] zebra\.md/.exec(said(request)) ?? []
  return number ? `The notice is 42 days [${number}].` : searching("zebra notice")
}

const documents = [
  { name: "alpha.md", content: new Blob(["# Alpha\n\nAlpha is about contracts."]) },
  { name: "zebra.md", content: new Blob(["# Zebra\n\nThe zebra notice is 42 days."]) },
]
const input = { query: "What does Alpha say about contracts?", rag_top_k: 1 }
const clerk = { name: "Clerk", type: "custom" as const, system_prompt: "You answer briefly." }

for (const { name, settings, peer: peerOf } of toolSpeakers) {
  test(`${name}: the model can cite passages that it finds by itself`, async () => {
    await using peer = await peerOf({ answer: searchesThenCites })
    await using server = await testServer({ settings: settings(peer.url) })
    const { client } = server
    await client.uploadDocuments(documents)
    const { id } = await client.createAgent(clerk)
    const { status, metadata } = await client.runAgent(id, { input })
    expect(status).toBe("completed")

    const [artifact] = await client.listArtifacts(metadata.run_id)
    expect(artifact?.content).toContain("The notice is 42 days [1].")
    expect(artifact?.citations).toMatchObject([{ number: 1, document_name: "zebra.md" }])
    const calls = await client.listCalls(metadata.run_id)
    expect(calls.map(({ kind }) => kind)).toEqual(["retrieval", "model", "retrieval", "model"])
    const log = await client.listAgentLogs(id)
    expect(log.join("\n")).toContain("searched the documents for “zebra notice”: 1 passages")
    const { rag_context } = await client.getRun(metadata.run_id)
    expect(rag_context?.map(({ document_name }) => document_name)).toEqual(["alpha.md", "zebra.md"])
  })
}

async function ended(client: Client, runId: string) {
  for await (const { type } of client.events({ runId, lastEventId: 0 })) {
    if (/^agent\.(completed|failed|cancelled)$/.test(type)) return client.getRun(runId)
  }
  throw new Error("The events ended before the run did.")
}

test("an agent that may not search gets no tool", async () => {
  await using peer = await anthropicPeer()
  const settings = { ANTHROPIC_API_KEY: ANTHROPIC_KEY, ANTHROPIC_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  await server.client.uploadDocuments(documents)
  const { id } = await server.client.createAgent({ ...clerk, search_documents: false })
  await server.client.runAgent(id, { input })
  expect(peer.requests).toHaveLength(1)
  expect(peer.requests[0]).not.toHaveProperty("tools")
})

test("a kill between a search and the answer repeats neither the search nor the previous turn", async () => {
  await using data = await freshData()
  const reached = Promise.withResolvers<void>()
  let lives = 0
  await using peer = await anthropicPeer({
    answer: searchesThenCites,
    async before(request) {
      if (!said(request).includes("tool_result") || lives++ > 0) return
      reached.resolve()
      await new Promise(() => {})
    },
  })
  const env = { ANTHROPIC_API_KEY: ANTHROPIC_KEY, ANTHROPIC_BASE_URL: peer.url }
  const first = await serveProcess({ home: data.home, env })
  await first.client.uploadDocuments(documents)
  const { id } = await first.client.createAgent(clerk)
  const { id: runId } = await first.client.startAgent(id, { input })
  await reached.promise
  await first.kill()

  await using second = await serveProcess({ home: data.home, env })
  expect(await ended(second.client, runId)).toMatchObject({ status: "completed" })
  const turns = peer.requests.map((request) => said(request).includes("tool_result"))
  expect(turns).toEqual([false, true, true])
  expect(peer.requests[2]?.messages).toEqual(peer.requests[1]?.messages)
  const calls = await second.client.listCalls(runId)
  expect(calls.map(({ kind }) => kind)).toEqual(["retrieval", "model", "retrieval", "model"])
  const searches = (await second.client.listAgentLogs(id)).filter((line) => /searched/.test(line))
  expect(searches).toHaveLength(1)
})

test("a stop during a search's turn reaches the provider", async () => {
  const reached = Promise.withResolvers<AbortSignal>()
  await using peer = await anthropicPeer({
    answer(request) {
      if (!said(request).includes("tool_result")) return searching("zebra")
      reached.resolve(request.disconnected)
      return { fault: "silence" }
    },
  })
  const settings = { ANTHROPIC_API_KEY: ANTHROPIC_KEY, ANTHROPIC_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  await server.client.uploadDocuments(documents)
  const { id } = await server.client.createAgent(clerk)
  const { id: runId } = await server.client.startAgent(id, { input })
  const disconnected = await reached.promise
  const closed = new Promise((resolve) => disconnected.addEventListener("abort", resolve))
  await server.client.stopAgent(id)
  await closed
  expect(await ended(server.client, runId)).toMatchObject({ status: "cancelled" })
})
