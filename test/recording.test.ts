import { expect, test } from "bun:test"
import { anthropicPeer } from "./support/anthropic-peer"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

/** A run of one step, whose model answers when it is let, or at once if there is none. */
async function heldRun(withModel: boolean) {
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const before = () => {
    asked.resolve()
    return answered.promise
  }
  const peer = await anthropicPeer({ before })
  const key = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const server = await testServer({ settings: withModel ? key : {} })
  const content = new Blob(["# Notes\n\nUsers must be able to save a link."])
  await server.client.uploadDocuments([{ name: "notes.md", content }])
  const { client } = server
  const agent = await client.createAgent({ name: "Finder", type: "discovery" })
  const nodes = [{ id: "only", name: "Only", type: "agent" as const, agent: agent.id }]
  const workflow = await client.createWorkflow({ name: "One", graph_definition: { nodes } })
  const { id } = await server.client.startWorkflow(workflow.id, { query: "What?" })
  if (withModel) await asked.promise
  const log = async () => (await client.listAgentLogs(agent.id)).map(afterTheTime)
  return {
    ...{ id, client, answer: answered.resolve, log },
    async [Symbol.asyncDispose]() {
      answered.resolve()
      await server[Symbol.asyncDispose]()
      await peer[Symbol.asyncDispose]()
    },
  }
}

function afterTheTime(line: string): string {
  return line.slice(line.indexOf("Only:"))
}

test("while a model works, what it reads is recorded, and that it is asked", async () => {
  await using run = await heldRun(true)
  const calls = () => run.client.listCalls(run.id)
  while ((await calls()).length === 0) await Bun.sleep(5)
  expect((await calls()).map(({ kind }) => kind)).toEqual(["retrieval"])
  expect(await run.log()).toEqual([
    "Only: started",
    "Only: found 1 passages to read",
    expect.stringMatching(/^Only: asks anthropic/),
  ])
  run.answer()
  expect((await finished(run.client, run.id)).status).toBe("completed")
  expect((await calls()).map(({ kind }) => kind)).toEqual(["retrieval", "model"])
})

test("where the answer comes at once, all is recorded in the same order", async () => {
  await using run = await heldRun(false)
  expect((await finished(run.client, run.id)).status).toBe("completed")
  const calls = await run.client.listCalls(run.id)
  expect(calls.map(({ kind }) => kind)).toEqual(["retrieval", "model"])
  expect(await run.log()).toEqual([
    "Only: started",
    "Only: found 1 passages to read",
    "Only: works by rules, without a model",
    expect.stringMatching(/^Only: completed after/),
  ])
})

test("RECORD_BODIES turned off while a model works keeps nothing of its answer", async () => {
  await using run = await heldRun(true)
  await run.client.changeSettings({ record_bodies: false })
  run.answer()
  expect((await finished(run.client, run.id)).status).toBe("completed")
  const calls = await run.client.listCalls(run.id)
  const model = calls.find(({ kind }) => kind === "model")
  expect(model).toMatchObject({ request: null, response: null })
})
