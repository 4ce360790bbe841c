import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { customType, integer, pgTable } from "drizzle-orm/pg-core"
import { AppError } from "../src/platform/errors"
import { openTestDatabase } from "./support/database"
import { rejection } from "./support/rejection"
import { embeddedOnly } from "./support/server-database"

const secret = "correct horse battery staple"
const text = customType<{ data: unknown }>({ dataType: () => "text" })
const secrets = pgTable("secrets", { n: integer().primaryKey(), s: text() })

test("no failing query shows SQL or parameters in its message, inside or outside a transaction", async () => {
  await using database = await openTestDatabase()
  const { db } = database
  await db.execute(sql`create table secrets (n int primary key, s text)`)
  await db.insert(secrets).values({ n: 1, s: secret })
  const twice = () => db.insert(secrets).values({ n: 1, s: secret })
  const broken = [
    twice,
    () => db.execute(sql`select ${secret}::uuid as hidden`),
    () => db.select().from(secrets).where(sql`s::uuid = ${secret}`),
    () => db.insert(secrets).values({ n: 2, s: new Date() }),
    () => db.$count(secrets, sql`s::uuid = ${secret}`),
    () => db.transaction((tx) => tx.insert(secrets).values({ n: 1, s: secret })),
    () =>
      db.transaction((tx) =>
        tx.transaction((inner) => inner.insert(secrets).values({ n: 1, s: secret })),
      ),
  ]
  for (const query of broken) {
    const error = await rejection(Promise.resolve(query()))
    expect(error).toMatchObject({ name: "QueryError" })
    expect(`${error.message} ${error.stack?.split("\n")[0]}`).not.toMatch(
      /correct horse|select|insert|hidden/i,
    )
  }
  const message =
    "A database query failed (SQLSTATE 23505, table secrets, constraint secrets_pkey)."
  expect((await rejection(Promise.resolve(twice()))).message).toBe(message)
})

embeddedOnly("a database that is gone says so, so that a client can try again", async () => {
  await using database = await openTestDatabase()
  const waiting = rejection(database.db.execute(sql`select count(*) from generate_series(1, 1e12)`))
  await database.interrupt()
  const error = await waiting
  expect(error).toBeInstanceOf(AppError)
  expect(error).toMatchObject({ name: "ServiceUnavailableError" })
})
