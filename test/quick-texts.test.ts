import { expect, test } from "bun:test"
import { and, asc, desc, eq, exists, getTableColumns, inArray, not, or, sql } from "drizzle-orm"
import { alias } from "drizzle-orm/pg-core"
import { drizzle } from "drizzle-orm/postgres-js"
import postgres from "postgres"
import { withQuickTexts } from "../src/platform/db/quick-texts"
import { documents } from "../src/platform/db/schema/documents"
import { chunks } from "../src/platform/db/schema/search"
import { insertionOf } from "../src/platform/db/writes"

// It connects on first use, and nothing here uses it.
const client = postgres("postgres://127.0.0.1:1/none", { max: 1 })
const plain = drizzle({ client, casing: "snake_case" })
const quick = withQuickTexts(drizzle({ client, casing: "snake_case" }))
type Db = typeof plain

const older = alias(documents, "older")
const row = {
  id: "1",
  updatedAt: new Date(0),
  name: "a",
  type: "markdown",
  fileSize: 1,
  contentHash: "h",
  version: 1,
} as const
const full = {
  ...row,
  storedBytes: 1,
  status: "indexed",
  progress: 1,
  metadata: { a: [1] },
} as const

const statements: Record<string, (db: Db) => { toSQL(): unknown }> = {
  "a select": (db) => db.select().from(documents).where(eq(documents.id, "1")).limit(3),
  "columns, order and conditions": (db) =>
    db
      .select({ id: documents.id, size: sql<number>`${documents.fileSize} + ${1}` })
      .from(documents)
      .where(and(or(eq(documents.name, 'a"b'), not(eq(documents.version, 2))), sql`true`))
      .orderBy(desc(documents.id), asc(documents.name)),
  "a join with an alias": (db) =>
    db
      .select()
      .from(chunks)
      .innerJoin(older, eq(older.id, chunks.documentId))
      .where(eq(older.name, "a")),
  "a list": (db) =>
    db
      .select()
      .from(documents)
      .where(inArray(documents.id, ["1", "2"])),
  "a raw list": (db) =>
    db
      .select()
      .from(documents)
      .where(sql`${documents.id} in ${["1", "2"]}`),
  "a query within": (db) =>
    db
      .select()
      .from(documents)
      .where(exists(db.select().from(chunks).where(eq(chunks.documentId, documents.id)))),
  "a query with a name": (db) => {
    const part = db.$with("part").as(db.select().from(documents).where(eq(documents.name, "a")))
    return db.with(part).select().from(part)
  },
  "a query in place of a table": (db) => {
    const part = db
      .select({ n: sql<number>`count(*)`.as("n") })
      .from(documents)
      .as("part")
    return db.select().from(part).where(eq(part.n, 1))
  },
  "a placeholder": (db) =>
    db
      .select()
      .from(documents)
      .where(eq(documents.id, sql.placeholder("id"))),
  "inlined parameters": (db) =>
    db.select().from(documents).where(sql`${documents.name} = ${"a'b"}`.inlineParams()),
  "an insert": (db) =>
    db
      .insert(documents)
      .values([full, { ...full, error: null }])
      .returning(),
  "an upsert": (db) =>
    db
      .insert(documents)
      .values(full)
      .onConflictDoUpdate({
        target: documents.id,
        set: { ...row, metadata: { b: 1 }, error: null },
      }),
  "an insert of many": (db) =>
    db.insert(documents).select(sql`select * from (${insertionOf(documents, [full])}) it`),
  "an update": (db) =>
    db
      .update(documents)
      .set({ updatedAt: new Date(0), progress: sql`${documents.progress} + 1` })
      .where(eq(documents.id, "1"))
      .returning(getTableColumns(documents)),
  "a delete": (db) => db.delete(chunks).where(eq(chunks.documentId, "1")),
}

for (const [what, statementOf] of Object.entries(statements)) {
  test(`${what} is written exactly as drizzle does, repeatedly`, () => {
    const expected = statementOf(plain).toSQL()
    expect(statementOf(quick).toSQL()).toEqual(expected)
    expect(statementOf(quick).toSQL()).toEqual(expected)
  })
}
