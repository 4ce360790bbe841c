import { expect, test } from "bun:test"
import { asc } from "drizzle-orm"
import { insertMany } from "../src/platform/db/insert-many"
import { documents } from "../src/platform/db/schema/documents"
import { openTestDatabase } from "./support/database"

const row = (n: number) => ({
  ...{ id: Bun.randomUUIDv7(), name: `it's "n${n}" {}, \\`, type: "markdown" as const },
  ...{ status: "indexed" as const, storedBytes: n, fileSize: n, contentHash: `${n}` },
  ...{ metadata: { a: [n, null], 'b"': "{x}" }, updatedAt: new Date(1000) },
  ...(n % 2 === 0 ? { error: `of ${n}` } : {}),
})

test.each([1, 2, 40])("%d rows are inserted as they are", async (count) => {
  await using database = await openTestDatabase()
  const { db } = database
  const rows = Array.from({ length: count }, (_, n) => row(n))
  await insertMany(db, documents, rows)
  const stored = await db.select().from(documents).orderBy(asc(documents.fileSize))
  expect(stored).toEqual(rows.map((it) => expect.objectContaining({ error: null, ...it })))
})
