import { and, desc, eq, lt, or, type SQL, sql } from "drizzle-orm"
import { isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { type DocumentRow, documentStorage, documents } from "../../platform/db/schema/documents"
import type { DocumentStatus } from "../../platform/shapes/document"
import type { DocumentFilter } from "./schema"

/** Returns the bytes of all documents, including older versions. */
export async function findStoredBytes(db: Db): Promise<number> {
  const [row] = await db.select().from(documentStorage)
  return row?.bytes ?? 0
}

/** Locks names, contents and the quota for this transaction. Returns the bytes stored. */
export async function lockStorage(db: Db): Promise<number> {
  const [row] = await db.select().from(documentStorage).for("update")
  return row?.bytes ?? 0
}

export async function addStoredBytes(db: Db, bytes: number): Promise<void> {
  await db.update(documentStorage).set({ bytes: sql`${documentStorage.bytes} + ${bytes}` })
}

/** Finds a document by its id, its name or the URL that it was read from. */
export async function findDocument(
  db: Db,
  value: string,
  by: "id" | "name" | "sourceUrl" = "id",
): Promise<DocumentRow | undefined> {
  const [row] = await db.select().from(documents).where(eq(documents[by], value))
  return row
}

/** Finds documents by the content or name of these files. */
export async function listLike(
  db: Db,
  files: { name: string; contentHash: string }[],
): Promise<{ byHash: Map<string, DocumentRow>; byName: Map<string, DocumentRow> }> {
  const hashes = files.map(({ contentHash }) => contentHash)
  const names = files.map(({ name }) => name)
  const rows = await db
    .select()
    .from(documents)
    .where(or(isAnyOf(documents.contentHash, hashes), isAnyOf(documents.name, names)))
  return {
    byHash: new Map(rows.map((row) => [row.contentHash, row])),
    byName: new Map(rows.map((row) => [row.name, row])),
  }
}

export type DocumentPage = DocumentFilter & {
  limit: number
  before?: string | undefined
  ids?: string[] | undefined
}

export function listDocuments(
  db: Db,
  { limit, before, ids, ...filter }: DocumentPage,
): Promise<DocumentRow[]> {
  const isBefore = before ? lt(documents.id, before) : undefined
  const isOnPage = and(matches(filter), isBefore, ids && isAnyOf(documents.id, ids))
  return db.select().from(documents).where(isOnPage).orderBy(desc(documents.id)).limit(limit)
}

export async function countMatching(db: Db, filter: DocumentFilter): Promise<number> {
  return await db.$count(documents, matches(filter))
}

function matches({ status, type }: DocumentFilter): SQL | undefined {
  return and(
    status === undefined ? undefined : eq(documents.status, status),
    type === undefined ? undefined : eq(documents.type, type),
  )
}

export async function insertDocuments(
  db: Db,
  rows: (typeof documents.$inferInsert)[],
): Promise<DocumentRow[]> {
  return rows.length === 0 ? [] : await db.insert(documents).values(rows).returning()
}

/** Returns undefined if the document is gone or no longer in this state. */
export async function updateDocument(
  db: Db,
  { id, ...state }: { id: string; version?: number; status?: DocumentStatus },
  changes: Partial<typeof documents.$inferInsert>,
): Promise<DocumentRow | undefined> {
  const { version, status } = state
  const isSame = and(
    eq(documents.id, id),
    version === undefined ? undefined : eq(documents.version, version),
    status && eq(documents.status, status),
  )
  const [row] = await db.update(documents).set(changes).where(isSame).returning()
  return row
}

export async function listBy(
  db: Db,
  column: "id" | "contentHash",
  values: string[],
): Promise<DocumentRow[]> {
  return await db.select().from(documents).where(isAnyOf(documents[column], values))
}

export async function deleteDocuments(db: Db, ids: string[]): Promise<void> {
  await db.delete(documents).where(isAnyOf(documents.id, ids))
}

export async function listMissing(db: Db, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db
    .select({ id: documents.id })
    .from(documents)
    .where(isAnyOf(documents.id, ids))
  const found = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => !found.has(id.toLowerCase()))
}

export async function countDocuments(db: Db) {
  const [counts] = await db
    .select({
      total: sql<number>`count(*)::int`,
      indexed: sql<number>`(count(*) filter (where ${documents.status} = 'indexed'))::int`,
      bytes: sql<number>`coalesce(sum(${documents.fileSize}), 0)::float8`,
      chunks: sql<number>`coalesce(sum(${documents.chunkCount}), 0)::int`,
    })
    .from(documents)
  return counts
}

export function listNamed(db: Db, names: string[], ids: string[]) {
  return db
    .select({ id: documents.id, name: documents.name })
    .from(documents)
    .where(or(isAnyOf(documents.name, names), isAnyOf(documents.id, ids)))
}
