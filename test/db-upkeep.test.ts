import { expect, test } from "bun:test"
import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { sql } from "drizzle-orm"
import { openDatabase } from "../src/platform/db/open"
import { freshHome } from "./support/database"

const MB = 1024 ** 2
type Upkeep = { statement: string; duration_ms: number }

/** A separate database, and the upkeep it reports. */
async function opened() {
  const at = await freshHome()
  const told: Upkeep[] = []
  const waiting = new Map<string, () => void>()
  const log = (event: string, context: Record<string, unknown>) => {
    if (event !== "database.upkeep") return
    told.push(context as Upkeep)
    waiting.get(String(context.statement))?.()
  }
  const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home: at.home, log })
  return {
    ...database,
    told,
    wal: join(at.home, "db/pg_wal"),
    /** Resolves the next time this statement has run. */
    done(statement: string) {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.set(statement, resolve)
      return promise
    },
    async [Symbol.asyncDispose]() {
      await database.close()
      await at[Symbol.asyncDispose]()
    },
  }
}

async function sizeOf(directory: string): Promise<number> {
  const names = (await readdir(directory)).filter((name) => /^[0-9A-F]{24}$/.test(name))
  const sizes = await Promise.all(
    // One may be recycled between the two looks.
    names.map((name) =>
      stat(join(directory, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

test("the write-ahead log stays small under a long stream of writes", async () => {
  await using database = await opened()
  const { db, told, wal } = database
  await db.execute(sql`create table stream (n int, s text)`)
  let largest = 0
  for (let written = 0; written < 100; written++) {
    await db.transaction(async (tx) => {
      await tx.execute(
        sql`insert into stream select n, repeat(md5(n::text), 30) from generate_series(1, 1000) n`,
      )
    })
    largest = Math.max(largest, await sizeOf(wal))
  }
  if (process.env.MEASURE) process.stderr.write(`${largest / MB} ${JSON.stringify(told)}\n`)
  const [row] = await db.execute<{ n: string }>(sql`select count(*) as n from stream`)
  expect(Number(row?.n)).toBe(100_000)
  // Out of a hundred MB. The number of checkpoints depends on the writing speed.
  expect(largest).toBeLessThan(32 * MB)
  expect(told.filter(({ statement }) => statement === "CHECKPOINT").length).toBeGreaterThan(2)
})

test("a changed table is analyzed, and its dead rows are removed once nobody uses it", async () => {
  await using database = await opened()
  const { db } = database
  await db.execute(sql`create table changed (n int primary key)`)
  const analysed = database.done("ANALYZE amelia.changed")
  const vacuumed = database.done("VACUUM amelia.changed")
  await db.execute(sql`insert into changed select * from generate_series(1, 20000)`)
  await db.execute(sql`delete from changed where n <= 10000`)
  await Promise.all([analysed, vacuumed])
  const [row] = await db.execute(sql`select reltuples from pg_class where relname = 'changed'`)
  expect(row?.reltuples).toBe(10_000)
  const [stat] = await db.execute<{ dead: string }>(
    sql`select n_dead_tup as dead from pg_stat_user_tables where relname = 'changed'`,
  )
  expect(Number(stat?.dead)).toBe(0)
  if (process.env.MEASURE) process.stderr.write(`${JSON.stringify(database.told)}\n`)
})
