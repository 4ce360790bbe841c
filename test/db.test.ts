import { expect, test } from "bun:test"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { sql } from "drizzle-orm"
import type { Database, Db } from "../src/platform/db/db"
import { openDatabase } from "../src/platform/db/open"
import { emptyHome, freshHome } from "./support/database"
import { rejection } from "./support/rejection"

const open = (home: string) => openDatabase({ databaseUrl: undefined, poolSize: 4, home })

async function withTable(work: (db: Db, database: Database) => Promise<void>): Promise<void> {
  await using at = await freshHome()
  const database = await open(at.home)
  try {
    await database.db.execute(sql`create table t (n int)`)
    await work(database.db, database)
  } finally {
    await database.close()
  }
}

const insert = (db: Db, n: number) => db.execute(sql`insert into t values (${n})`)
const numbers = async (db: Db, table = "t") =>
  (await db.execute<{ n: number }>(sql`select n from ${sql.identifier(table)} order by n`)).map(
    ({ n }) => n,
  )
const reasonOf = (thrown: unknown) => String((thrown as Error).cause ?? thrown)

test("an answer arrives while later statements are still running", async () => {
  await withTable(async (db) => {
    let isOver = false
    // Both are sent now, because drizzle's queries start when awaited.
    const first = db.execute(sql`select 1`).execute()
    const second = db.execute(sql`select pg_sleep(0.5)`).then(() => (isOver = true))
    await first
    await new Promise(setImmediate)
    expect(isOver).toBe(false)
    await second
  })
})

const child = join(import.meta.dir, "support/database-child.ts")

const strace = Bun.which("strace")
test.skipIf(!strace)("every commit is flushed to disk (skipped without strace)", async () => {
  await using at = await freshHome()
  const log = join(at.home, "strace.log")
  const tracing = [`${strace}`, "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", log]
  const argv = [...tracing, process.execPath, child, at.home, "synced", "30"]
  await Bun.spawn(argv, { stdout: "ignore" }).exited
  const calls = (await Bun.file(log).text()).match(/f(data)?sync\(/g) ?? []
  expect(calls.length).toBeGreaterThanOrEqual(30)
})

test("a second process is refused, and the error names the first", async () => {
  await using at = await freshHome()
  const first = await open(at.home)
  const entry = { url: "http://127.0.0.1:4242", pid: 77, version: "0.1.0" }
  await Bun.write(join(at.home, "server.json"), JSON.stringify(entry))
  const refused = await rejection(open(at.home))
  expect(refused.name).toBe("AlreadyRunningError")
  expect(refused.message).toContain(
    "Another Amelia at http://127.0.0.1:4242 (process 77) is already using",
  )
  await first.close()
  await (await open(at.home)).close()
})

test("fifty concurrent transactions don't mix", () =>
  withTable(async (db) => {
    await insert(db, 0)
    const increment = () =>
      db.transaction(async (tx) => {
        const [n = 0] = await numbers(tx)
        await tx.execute(sql`update t set n = ${n + 1}`)
      })
    await Promise.all(Array.from({ length: 50 }, increment))
    expect(await numbers(db)).toEqual([50])
  }))

test("failing queries among others fail alone", () =>
  withTable(async (db) => {
    const one = (n: number) =>
      db
        .execute<{ n: number }>(
          n % 3 ? sql`select ${n}::int as n` : sql`select 1 / (${n}::int * 0)`,
        )
        .then(([row]) => row?.n ?? "none")
        .catch(() => "failed")
    const results = await Promise.all(Array.from({ length: 90 }, (_, n) => one(n)))
    expect(results).toEqual(Array.from({ length: 90 }, (_, n) => (n % 3 ? n : "failed")))
  }))

test("five megabytes survive the round trip", () =>
  withTable(async (db) => {
    const text = "Grüße ".repeat(900_000)
    const [row] = await db.execute(sql`select ${text}::text as text`)
    expect(row?.text === text).toBe(true)
  }))

test("a transaction that throws leaves nothing behind", () =>
  withTable(async (db) => {
    const failing = db.transaction(async (tx) => {
      await insert(tx, 1)
      throw new Error("no")
    })
    expect((await rejection(failing)).message).toContain("no")
    expect(await numbers(db)).toEqual([])
  }))

test("a statement that comes after its transaction failed runs in no other one", () =>
  withTable(async (db) => {
    const goOn = Promise.withResolvers<void>()
    let late: Promise<Error> | undefined
    const failing = db.transaction(async (tx) => {
      await insert(tx, 1)
      late = rejection(goOn.promise.then(() => insert(tx, 2)))
      throw new Error("no")
    })
    await rejection(failing)
    const read = await db.transaction(async (tx) => {
      await insert(tx, 3)
      goOn.resolve()
      await late
      return numbers(tx)
    })
    expect(read).toEqual([3])
    expect(reasonOf(await late)).toContain("after the end of its transaction")
  }))

test("a transaction inside a transaction is a savepoint", () =>
  withTable(async (db) => {
    await db.transaction(async (tx) => {
      await insert(tx, 1)
      const inner = tx.transaction(async (nested) => {
        await insert(nested, 2)
        throw new Error("only this")
      })
      expect((await rejection(inner)).message).toContain("only this")
      await insert(tx, 3)
    })
    expect(await numbers(db)).toEqual([1, 3])
  }))

test("the outer database throws at once inside a transaction, and works after it", () =>
  withTable(async (db) => {
    let later: Promise<unknown> = Promise.resolve()
    const ended = Promise.withResolvers<void>()
    const wrong = db.transaction(async () => {
      later = ended.promise.then(() => insert(db, 7))
      await insert(db, 1)
    })
    expect((await rejection(wrong)).message).toContain(
      "outer database was used inside a transaction",
    )
    ended.resolve()
    await later
    expect(await numbers(db)).toEqual([7])
  }))

test("after the engine is killed, its queries fail, later ones work, and committed rows are kept", () =>
  withTable(async (db, database) => {
    await insert(db, 1)
    const endless = db.execute(sql`select count(*) from generate_series(1, 1e12)`)
    const behind = insert(db, 2)
    const failed = Promise.allSettled([endless, behind])
    await Bun.sleep(50)
    await database.interrupt()
    for (const one of await failed) {
      expect(one.status === "rejected" && reasonOf(one.reason)).toContain("was interrupted")
    }
    await insert(db, 3)
    expect(await numbers(db)).toEqual([1, 3])
  }))

test("a transaction that outlives its engine fails and never touches the next session", () =>
  withTable(async (db, database) => {
    const entered = Promise.withResolvers<void>()
    const restarted = Promise.withResolvers<void>()
    const old = rejection(
      db.transaction(async (tx) => {
        await insert(tx, 1)
        entered.resolve()
        await restarted.promise
        await insert(tx, 2)
      }),
    )
    await entered.promise
    await database.interrupt()
    expect((await old).message).toContain("was interrupted")
    await db.transaction(async (tx) => {
      await insert(tx, 3)
      restarted.resolve()
      await Bun.sleep(20)
      await insert(tx, 4)
    })
    expect(await numbers(db)).toEqual([3, 4])
  }))

test("a home has the migrated schema and pgvector from its first start", () =>
  withTable(async (db, database) => {
    const tables = await db.execute(
      sql`select 1 from information_schema.tables where table_schema = 'amelia'`,
    )
    expect(tables.length).toBeGreaterThan(0)
    expect(database).toMatchObject({ engine: "embedded", pgvector: true })
    const [row] = await db.execute(sql`select '[1,2]'::vector <-> '[1,4]'::vector as distance`)
    expect(row?.distance).toBe(2)
  }))

test.each([
  ["from a newer version", Date.now() * 2, "newer version of Amelia"],
  ["from before the first release", 1, "from before the first release"],
])("a database %s is refused with a sentence", async (_, made, sentence) => {
  await using at = await freshHome()
  const database = await open(at.home)
  await database.db.execute(sql`delete from amelia.migrations`)
  await database.db.execute(sql`insert into amelia.migrations values (${made}, 'x')`)
  await database.close()
  expect((await rejection(open(at.home))).message).toContain(sentence)
})

test("a directory of another PostgreSQL version, or without a database, is left alone", async () => {
  await using at = await emptyHome()
  await mkdir(join(at.home, "db"))
  expect((await rejection(open(at.home))).message).toContain("is not a database")
  await Bun.write(join(at.home, "db/PG_VERSION"), "17\n")
  expect((await rejection(open(at.home))).message).toContain("created by PostgreSQL 17")
})
