import { expect, test } from "bun:test"
import { type CheckpointTuple, MemorySaver } from "@langchain/langgraph-checkpoint"
import { sql } from "drizzle-orm"
import { DatabaseSaver } from "../src/engines/graph/checkpoint"
import { executeGraph } from "../src/engines/graph/graph"
import type { WorkflowNode } from "../src/platform/shapes/workflow-node"
import { openTestDatabase } from "./support/database"

const thread = { configurable: { thread_id: "t" } }

/** A chain in which each node's step is named after it. */
function chain(count: number) {
  const nodes: WorkflowNode[] = Array.from({ length: count }, (_, n) => ({
    ...{ id: `n${n}`, name: `N${n}`, type: "agent", agent: "discovery" },
    dependencies: n === 0 ? [] : [`n${n - 1}`],
  }))
  const { signal } = new AbortController()
  const runNode = async ({ id }: WorkflowNode) => `step of ${id}`
  return { definition: { nodes }, threadId: "t", runNode, signal }
}

test("the checkpoints of a long run are no larger at its end than at its begin, and each is whole", async () => {
  await using database = await openTestDatabase()
  const saver = new DatabaseSaver(database.db)
  const memory = new MemorySaver()
  const known = chain(150)
  await executeGraph({ ...known, saver })
  await executeGraph({ ...known, saver: memory })
  const rows = await database.db.execute<{ bytes: number }>(
    sql`select length(checkpoint::text) as bytes from checkpoints order by checkpoint_id`,
  )
  const sizes = rows.map(({ bytes }) => bytes)
  expect(sizes).toHaveLength(152)
  expect(Math.max(...sizes.slice(100))).toBeLessThan(1.2 * Math.max(...sizes.slice(0, 50)))

  const versionsOf = ({ checkpoint }: CheckpointTuple) => [
    checkpoint.channel_versions,
    checkpoint.versions_seen,
  ]
  const stored = await Array.fromAsync(new DatabaseSaver(database.db).list(thread))
  const kept = await Array.fromAsync(memory.list(thread))
  expect(stored.map(versionsOf)).toEqual(kept.map(versionsOf))
})

test("a checkpoint can be gone on from by a saver that has not seen it before", async () => {
  await using database = await openTestDatabase()
  const { runNode, ...known } = chain(20)
  const done: string[] = []
  const stopAt = (last: string) => async (node: WorkflowNode) => {
    if (node.id === last) throw new Error("stopped")
    done.push(node.id)
    return runNode(node)
  }
  for (const last of ["n7", "n13", "none"]) {
    const saver = new DatabaseSaver(database.db)
    await executeGraph({ ...known, saver, runNode: stopAt(last) }).catch(() => undefined)
  }
  expect(done).toEqual(known.definition.nodes.map(({ id }) => id))
  const tuple = await new DatabaseSaver(database.db).getTuple(thread)
  expect(tuple?.checkpoint.channel_values["step.n19"]).toBe("step of n19")
  const seen = Object.keys(tuple?.checkpoint.versions_seen ?? {})
  expect(seen).toEqual(expect.arrayContaining(done.map((id) => `node.${id}`)))
})
