import { afterAll, beforeAll, expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { openServer } from "../src/platform/db/server/open"
import { noPostgres, postgresPrograms, startPostgres, type TestPostgres } from "./support/postgres"
import { rejection } from "./support/rejection"

let server: TestPostgres | undefined
beforeAll(async () => {
  if (postgresPrograms) server = await startPostgres()
})
afterAll(() => server?.[Symbol.asyncDispose]())

const open = (databaseUrl = server?.url ?? "") =>
  openServer({ databaseUrl, poolSize: 2, log: () => undefined })

test.skipIf(!postgresPrograms)(
  `a transaction whose connection is lost commits nothing, nor ends another one (${noPostgres})`,
  async () => {
    const database = await open()
    const { db } = database
    await db.execute(sql`create table if not exists lost (n int)`)
    await db.execute(sql`truncate lost`)
    const [entered, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const old = rejection(
      db.transaction(async (tx) => {
        await tx.execute(sql`insert into lost values (1)`)
        entered.resolve()
        await goOn.promise
        await tx.execute(sql`insert into lost values (2)`)
      }),
    )
    await entered.promise
    const other = await open()
    await other.db.execute(
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'amelia' and pid <> pg_backend_pid()`,
    )
    expect((await old).message).toContain("CONNECTION_CLOSED")
    const next = db.transaction(async (tx) => {
      await tx.execute(sql`insert into lost values (3)`)
      goOn.resolve()
      await tx.execute(sql`select pg_sleep(0.05)`)
      await tx.execute(sql`insert into lost values (4)`)
      throw new Error("changed my mind")
    })
    expect((await rejection(next)).message).toBe("changed my mind")
    expect(await db.execute(sql`select * from lost`)).toHaveLength(0)
    await Promise.all([database.close(), other.close()])
  },
)

test.skipIf(!postgresPrograms)(
  `who listens to a channel hears of its commits, also after its connection was lost (${noPostgres})`,
  async () => {
    const [database, other] = [await open(), await open()]
    let heard = Promise.withResolvers<void>()
    const nextHeard = () => {
      heard = Promise.withResolvers()
      return heard.promise
    }
    const notify = () => other.db.execute(sql`select pg_notify('news', '')`)
    const begun = nextHeard()
    database.listen?.("news", () => heard.resolve())
    await begun
    for (let losses = 0; losses < 2; losses++) {
      const told = nextHeard()
      await notify()
      await told
      const again = nextHeard()
      await other.db.execute(
        sql`select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen "news"'`,
      )
      await again
    }
    await Promise.all([database.close(), other.close()])
  },
)

test("a server that can't be used is reported without its password", async () => {
  const refused = await rejection(open("postgres://me:secret@127.0.0.1:1/nothing"))
  expect(refused).toMatchObject({ name: "ConfigurationError" })
  expect(refused.message).toContain("Can't use the PostgreSQL server at 127.0.0.1:1/nothing")
  expect(JSON.stringify(refused)).not.toContain("secret")
  expect((await rejection(open("mysql://x"))).message).toContain("must look like postgres://")
})
