import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { openDatabase } from "../src/platform/db/open"
import { createEventHub } from "../src/platform/events/hub"
import { transact } from "../src/platform/events/transact"
import { freshHome, openTestDatabase } from "./support/database"
import { rejection } from "./support/rejection"

const open = (home: string) => openDatabase({ databaseUrl: undefined, poolSize: 1, home })

test("a home is opened and closed ten times and keeps every row", async () => {
  await using at = await freshHome()
  const times = Array.from({ length: 10 }, (_, n) => n)
  for (const n of times) {
    const { db, close } = await open(at.home)
    await db.execute(sql`create table if not exists opened (n int)`)
    await db.execute(sql`insert into opened values (${n})`)
    const rows = await db.execute(sql`select n from opened order by n`)
    expect(rows.map((row) => row.n)).toEqual(times.slice(0, n + 1))
    await Promise.all([close(), close()])
  }
})

test.each([
  ["at rest", async () => {}],
  ["whose engine is dead", async (interrupt: () => Promise<void>) => interrupt()],
])("a closed database %s starts no engine for a late query", async (_, before) => {
  await using at = await freshHome()
  const first = await open(at.home)
  await before(first.interrupt)
  const closing = first.close()
  const late = rejection((async () => first.db.execute(sql`select 1`))())
  await closing
  expect(await late).toMatchObject({ name: "ServiceUnavailableError" })
  const second = await open(at.home)
  const later = rejection(first.db.transaction(async (tx) => tx.execute(sql`select 1`)))
  expect(await later).toMatchObject({ message: "The database is closed." })
  await second.db.execute(sql`select 1`)
  await second.close()
})

test("fifty transactions with failing parts, while the engine dies: each is applied completely or not at all", async () => {
  await using database = await openTestDatabase()
  const { db, interrupt } = database
  const onError = () => {}
  const events = await createEventHub(db, { queueMax: 1000, onError })
  await db.execute(sql`create table parts (n int, part text)`)
  const say = (message: string) => ({ type: "system.warning", data: { message } }) as const

  const whole = async (n: number) => {
    await transact({ db, events }, async (deps, emit) => {
      await deps.db.execute(sql`insert into parts values (${n}, 'outer')`)
      const failing = transact(deps, async (deps, emit) => {
        await deps.db.execute(sql`insert into parts values (${n}, 'inner')`)
        emit(say(`inner ${n}`))
        throw new Error("only this")
      })
      await failing.catch((error) => {
        if (error.message !== "only this") throw error
      })
      emit(say(`outer ${n}`))
    })
    return n
  }
  const all = Promise.allSettled(Array.from({ length: 50 }, (_, n) => whole(n)))
  for (let deaths = 0; deaths < 3; deaths++) {
    await db.execute(sql`select 1`).catch(() => undefined)
    await interrupt()
  }
  const done = (await all).flatMap((it) => (it.status === "fulfilled" ? [it.value] : []))
  await whole(50)
  const rows = await db.execute<{ n: number; part: string }>(sql`select * from parts order by n`)
  expect(rows.map(({ n }) => n)).toEqual(expect.arrayContaining([...done, 50]))
  expect(new Set(rows.map(({ part }) => part))).toEqual(new Set(["outer"]))
  const told = await db.execute<{ id: string; n: string }>(
    sql`select id, data->>'message' as n from events order by id`,
  )
  expect(told.map(({ id }) => Number(id))).toEqual(rows.map((_, index) => index + 1))
  expect(told.map(({ n }) => n).sort()).toEqual(rows.map(({ n }) => `outer ${n}`).sort())
  events.close()
})
