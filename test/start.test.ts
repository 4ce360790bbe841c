import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { mkdir, rmdir } from "node:fs/promises"
import { join } from "node:path"
import { sql } from "drizzle-orm"
import { openDatabase } from "../src/platform/db/open"
import { freshHome } from "./support/database"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

test("a failed start leaves the home free, and no command is sent there", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  const rename = async (from: string, to: string) => {
    const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
    await database.db.execute(sql.raw(`alter table amelia.${from} rename to ${to}`))
    await database.close()
  }
  await rename("runs", "lost")
  expect(await rejection(testServer({ home }))).toMatchObject({ name: "QueryError" })
  expect(existsSync(join(home, "server.json"))).toBe(false)
  await rename("lost", "runs")

  // In the place of the file that tells commands where the server is.
  await mkdir(join(home, "server.json"))
  expect((await rejection(testServer({ home }))).message).toContain("server.json")
  await rmdir(join(home, "server.json"))
  await using server = await testServer({ home })
  expect(await server.client.ready()).toEqual({ ready: true })
})
