import { expect, test } from "bun:test"
import { asc, eq, sql } from "drizzle-orm"
import { documents } from "../src/platform/db/schema/documents"
import { insertionOf, insertMany, partsOf, updateOf } from "../src/platform/db/writes"
import { openTestDatabase } from "./support/database"
import { rejection } from "./support/rejection"

const updatedAt = new Date(1000)
const row = (n: number) => ({
  ...{ id: Bun.randomUUIDv7(), name: `it's "n${n}" {}, \\`, type: "markdown" as const },
  ...{
    status: "indexed" as const,
    storedBytes: n,
    fileSize: n,
    contentHash: `${n}`,
    metadata: { a: [n, null], 'b"': "{x}" },
    updatedAt,
  },
  ...(n % 2 === 0 ? { error: `of ${n}` } : {}),
})

// One has a parameter for each value, several have one for each column.
test.each([1, 2, 40])("%d rows are inserted as they are", async (count) => {
  await using database = await openTestDatabase()
  const { db } = database
  const rows = Array.from({ length: count }, (_, n) => row(n))
  await insertMany(db, documents, rows)
  const stored = await db.select().from(documents).orderBy(asc(documents.fileSize))
  expect(stored).toEqual(rows.map((it) => expect.objectContaining({ error: null, ...it })))
})

test("writes of one statement are done only where their condition holds, and all or none", async () => {
  await using database = await openTestDatabase()
  const { db } = database
  const [first, second, third] = [row(1), row(2), row(3)]
  const names = async () => (await db.select().from(documents)).map(({ name }) => name).sort()
  const write = async (...parts: ReturnType<typeof insertionOf>[]) =>
    void (await db.execute(sql`with ${partsOf(parts)} select`))

  await write(
    insertionOf(documents, [first], { when: sql`true` }),
    insertionOf(documents, [second], { when: sql`false` }),
  )
  expect(await names()).toEqual([first.name])

  const twice = write(insertionOf(documents, [third]), insertionOf(documents, [first]))
  expect(await rejection(twice)).toMatchObject({ code: "23505" })
  expect(await names()).toEqual([first.name])

  const isFirst = eq(documents.id, first.id)
  await write(updateOf(documents, { name: "changed", error: undefined }, sql`${isFirst} and false`))
  expect(await names()).toEqual([first.name])
  await write(updateOf(documents, { name: "changed", error: undefined }, isFirst))
  const [stored] = await db.select().from(documents)
  expect(stored).toMatchObject({ name: "changed", fileSize: 1 })
  expect(stored?.updatedAt.getTime()).toBeGreaterThan(updatedAt.getTime())
})

test("a value may be computed from what is given", async () => {
  await using database = await openTestDatabase()
  const computed = { fileSize: (given: ReturnType<typeof eq>) => sql`${given} * 10` }
  await database.db.execute(insertionOf(documents, [row(7)], { computed }))
  const [stored] = await database.db.select().from(documents)
  expect(stored?.fileSize).toBe(70)
})
