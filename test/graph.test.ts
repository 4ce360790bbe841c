import { expect, test } from "bun:test"
import { setImmediate } from "node:timers/promises"
import { MemorySaver } from "@langchain/langgraph-checkpoint"
import { executeGraph, type RunNode } from "../src/engines/graph/graph"
import { rejection } from "./support/rejection"

/** Executes nodes, each named with what it depends on. */
function execute(dependencies: Record<string, string[]>, runNode: RunNode) {
  const nodes = Object.entries(dependencies).map(([id, dependencies]) => {
    return { id, name: id, type: "agent" as const, agent: "discovery", dependencies }
  })
  const { signal } = new AbortController()
  const saver = new MemorySaver()
  return executeGraph({ definition: { nodes }, threadId: "t", saver, signal, runNode })
}

test("a node begins when all that it depends on is done", async () => {
  const done: string[] = []
  await execute({ a: [], b: [], c: ["a", "b"] }, async ({ id }) => {
    done.push(`${id} begins`)
    if (id === "a") for (let turn = 0; turn < 20; turn++) await setImmediate()
    done.push(`${id} ends`)
    return id
  })
  expect(done).toEqual(["a begins", "b begins", "b ends", "a ends", "c begins", "c ends"])
})

test("a step that fails ends the run once the other branches have ended", async () => {
  const done: string[] = []
  const failing = execute({ a: [], b: [], c: ["a"] }, async ({ id }) => {
    if (id === "a") throw new Error("not stored")
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    done.push(id)
    return id
  })
  expect(await rejection(failing)).toMatchObject({ message: "not stored" })
  expect(done).toEqual(["b"])
})
