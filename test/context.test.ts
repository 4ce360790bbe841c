import { expect, test } from "bun:test"
import { findSpread } from "../src/engines/index/chunk-store"
import { uploadDocuments } from "../src/features/documents/service"
import { gatherContext } from "../src/features/search/context"
import { readConfig } from "../src/platform/config/config"
import { openDatabase } from "../src/platform/db/open"
import { silentLog } from "../src/platform/log/log"
import { wire } from "../src/server"
import { freshHome } from "./support/database"
import { noModels } from "./support/process"

/** Sections of a chunk each. */
function text(name: string, sections: number): string {
  const section = (n: number) => `# ${name} ${n}\n\n${`The ${name} has a part ${n}. `.repeat(25)}`
  return Array.from({ length: sections }, (_, n) => section(n)).join("\n\n")
}

test("an agent reads the best passages, filled up with others spread evenly over its documents", async () => {
  await using at = await freshHome()
  const { config } = await readConfig({ env: { AMELIA_HOME: at.home, ...noModels } })
  const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home: at.home })
  const deps = await wire({ config, log: silentLog() }, database, { ready: true, reason: "" })
  const upload = async (name: string, sections: number) => {
    const bytes = new TextEncoder().encode(text(name, sections))
    const [document] = await uploadDocuments(deps, [{ name: `${name}.md`, bytes }])
    return document?.id ?? ""
  }
  const harbour = await upload("harbour", 40)
  await upload("mill", 20)
  const gather = async (query: string, top_k: number, document_ids?: string[]) => {
    const passages = await gatherContext(deps, {
      query,
      top_k,
      ...(document_ids && { document_ids }),
    })
    return passages.map(({ heading_path }) => heading_path.join())
  }
  const parts = (name: string, ...numbers: number[]) => numbers.map((n) => `${name} ${n}`)

  const everyFifth = [
    ...parts("harbour", 0, 5, 10, 15, 20, 25, 30, 35),
    ...parts("mill", 0, 5, 10, 15),
  ]
  expect(await gather("zeppelin", 12)).toEqual(everyFifth)
  expect(await gather("zeppelin", 7, [harbour])).toEqual(parts("harbour", 0, 5, 11, 17, 22, 28, 34))
  expect(await gather("zeppelin", 100)).toHaveLength(60)
  expect(await gather("harbour", 50)).toEqual([
    ...parts("harbour", ...Array.from({ length: 40 }, (_, n) => n)),
    ...parts("mill", 0, 2, 4, 6, 8, 10, 12, 14, 16, 18),
  ])

  const limited = (limit: number) => findSpread(deps.db, {}, { known: [], count: 12, limit })
  expect(await limited(60)).toHaveLength(12)
  expect(await limited(59)).toEqual([])
  await deps.runs.stop(0)
  deps.events.close()
  await database.close()
})
