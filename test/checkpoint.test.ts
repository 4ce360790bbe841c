import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSaver } from "../src/engines/graph/checkpoint"
import {
  checkpoints,
  checkpointValues,
  checkpointWrites,
} from "../src/platform/db/schema/workflows"
import { openTestDatabase } from "./support/database"

type Suite = typeof import("@langchain/langgraph-checkpoint-validation")

/**
 * LangGraph's own suite for savers takes vitest's functions as globals. Bun puts its own in their
 * place, of which `expect` does less; so this loads a copy that imports one that does as much.
 */
async function loadSuite(): Promise<Suite> {
  const modules = join(import.meta.dir, "../node_modules")
  const from = join(modules, "@langchain/langgraph-checkpoint-validation/dist")
  const to = join(modules, ".cache/checkpoint-validation")
  const ours = JSON.stringify(join(import.meta.dir, "support/expect.ts"))
  const names = await readdir(from, { recursive: true })
  for (const name of names.filter((name) => name.endsWith(".js"))) {
    const text = await Bun.file(join(from, name)).text()
    await Bun.write(join(to, name), `import { expect } from ${ours}\n${text}`)
  }
  return import(join(to, "index.js"))
}

const { validate } = await loadSuite()
const opened = await openTestDatabase()
validate({
  checkpointerName: "DatabaseSaver",
  async createCheckpointer() {
    for (const table of [checkpointWrites, checkpointValues, checkpoints]) {
      await opened.db.delete(table)
    }
    return new DatabaseSaver(opened.db)
  },
  afterAll: async () => await opened[Symbol.asyncDispose](),
})
