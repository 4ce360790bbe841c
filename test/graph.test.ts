import { expect, test } from "bun:test"
import { setImmediate } from "node:timers/promises"
import { MemorySaver } from "@langchain/langgraph-checkpoint"
import { executeGraph, type RunNode } from "../src/engines/graph/graph"
import { rejection } from "./support/rejection"

/** Says of which nodes LangGraph was told that they are done, as it is told. */
class Told extends MemorySaver {
  readonly ids: unknown[] = []
  #heard = Promise.withResolvers<void>()

  override async putWrites(...given: Parameters<MemorySaver["putWrites"]>) {
    await super.putWrites(...given)
    this.ids.push(...given[1].flatMap(([channel, id]) => (channel.startsWith("step.") ? id : [])))
    this.#heard.resolve()
    this.#heard = Promise.withResolvers()
  }

  async of(id: string): Promise<void> {
    while (!this.ids.includes(id)) await this.#heard.promise
  }
}

/** Executes nodes, each named with what it depends on, and gives them what they were told. */
function execute(dependencies: Record<string, string[]>, work: (told: Told) => RunNode) {
  const saver = new Told()
  const nodes = Object.entries(dependencies).map(([id, dependencies]) => {
    return { id, name: id, type: "agent" as const, agent: "discovery", dependencies }
  })
  const { signal } = new AbortController()
  return executeGraph({
    ...{ definition: { nodes }, threadId: "t", saver, signal },
    runNode: work(saver),
  })
}

test("LangGraph goes on while a step is being stored, and the next begins when it is", async () => {
  const done: string[] = []
  await execute({ a: [], b: ["a"] }, (told) => async ({ id }, leave) => {
    done.push(`${id} begins`)
    if (id === "a") {
      leave(id)
      await told.of(id)
      // So that b could begin, if it did not wait.
      for (let turn = 0; turn < 20; turn++) await setImmediate()
      done.push("a is stored")
    }
    return id
  })
  expect(done).toEqual(["a begins", "a is stored", "b begins"])
})

test("a step that could not be stored ends the run, whether or not anything follows", async () => {
  const shapes: Record<string, string[]>[] = [{ a: [], b: ["a"] }, { a: [] }]
  for (const nodes of shapes) {
    const begun: string[] = []
    const failing = execute(nodes, (told) => async ({ id }, leave) => {
      begun.push(id)
      leave(id)
      await told.of(id)
      throw new Error("not stored")
    })
    expect(await rejection(failing)).toMatchObject({ message: "not stored" })
    expect(begun).toEqual(["a"])
  }
})

test("while others run, LangGraph hears that a step is done when it is stored", async () => {
  let heard: unknown[] = []
  await execute({ a: [], b: [] }, (told) => async ({ id }, leave) => {
    if (id === "a") {
      leave(id)
      await told.of("b")
      heard = [...told.ids]
    }
    return id
  })
  expect(heard).toEqual(["b"])
})
