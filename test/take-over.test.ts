import { expect, test } from "bun:test"
import { anthropicPeer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { finished } from "./support/runs"

test("a run that brings down each start is interrupted, and those that wait behind it are not", async () => {
  let reached = Promise.withResolvers<void>()
  await using peer = await anthropicPeer({
    before(request) {
      if (!JSON.stringify(request.messages).includes("poison")) return
      reached.resolve()
      return new Promise(() => {})
    },
  })
  await using at = await freshHome()
  const key = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const env = { ...key, MAX_CONCURRENT_RUNS: "1" }
  const open = () => serveProcess({ home: at.home, env })
  let server = await open()
  const nodes = [{ id: "only", name: "Only", agent: "discovery" as const, dependencies: [] }]
  const { id } = await server.client.createWorkflow({ name: "W", graph_definition: { nodes } })
  const { id: poison } = await server.client.startWorkflow(id, { query: "Take the poison." })
  const { id: innocent } = await server.client.startWorkflow(id, { query: "What?" })
  for (let deaths = 0; deaths < 4; deaths++) {
    await reached.promise
    reached = Promise.withResolvers()
    await server.kill()
    server = await open()
  }
  expect((await finished(server.client, innocent)).status).toBe("completed")
  expect(await server.client.getRun(poison)).toMatchObject({
    status: "interrupted",
    errors: [{ message: expect.stringContaining("3 times without progress") }],
  })
  await server.kill()
})
