import { heapStats } from "bun:jsc"
import { expect, test } from "bun:test"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

/** What a forgotten listener, timer or stream would keep. */
const kinds = ["AbortSignal", "AbortController", "Timeout", "ReadableStream", "Map", "Promise"]
const RUNS = 15

test("a finished run leaves nothing in memory", async () => {
  await using server = await testServer()
  const { client } = server
  await client.uploadDocuments([{ name: "a.md", content: new Blob(["# A\n\nIt must work."]) }])
  const workflow = await client.createWorkflow({ name: "W", preset: "discovery_design_planning" })
  async function runSome(): Promise<Record<string, number>> {
    for (let n = 0; n < RUNS; n++) {
      const { id } = await client.startWorkflow(workflow.id, { query: "What?" })
      await finished(client, id)
    }
    Bun.gc(true)
    return heapStats().objectTypeCounts
  }
  // By now, everything exists that is created once, or that Bun and the machine keep for a while.
  const before = await runSome()
  const after = await runSome()
  const grown = kinds.filter((kind) => (after[kind] ?? 0) - (before[kind] ?? 0) >= RUNS)
  expect(grown).toEqual([])
})
