import { and, asc, desc, eq, gte, lt, notInArray, sql } from "drizzle-orm"
import { isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { insertMany } from "../../platform/db/insert-many"
import {
  documents,
  documentTexts,
  documentVersions,
  type VersionRow,
} from "../../platform/db/schema/documents"

/** Parts of a text read by one statement. */
const PARTS_A_READ = 4
const ROWS_OF_SWEEP = 20

type VersionKey = { documentId: string; version: number }

const isVersion = ({ documentId, version }: VersionKey) =>
  and(eq(documentVersions.documentId, documentId), eq(documentVersions.version, version))

export async function insertVersions(
  db: Db,
  rows: (typeof documentVersions.$inferInsert)[],
): Promise<void> {
  await insertMany(db, documentVersions, rows)
}

export async function findVersion(db: Db, key: VersionKey): Promise<VersionRow | undefined> {
  const [row] = await db.select().from(documentVersions).where(isVersion(key))
  return row
}

export function listVersions(db: Db, documentId: string): Promise<VersionRow[]> {
  return db
    .select()
    .from(documentVersions)
    .where(eq(documentVersions.documentId, documentId))
    .orderBy(desc(documentVersions.version))
}

export async function listOriginals(db: Db, documentIds: string[]): Promise<string[]> {
  const rows = await db
    .select({ original: documentVersions.original })
    .from(documentVersions)
    .where(isAnyOf(documentVersions.documentId, documentIds))
  return rows.flatMap(({ original }) => original ?? [])
}

export async function updateVersion(
  db: Db,
  key: VersionKey,
  changes: Partial<Pick<VersionRow, "status" | "error" | "attempts" | "pageStarts">>,
): Promise<void> {
  await db.update(documentVersions).set(changes).where(isVersion(key))
}

/** A document whose newest version waits to be converted. */
export type Waiting = { name: string; url: string | null; row: VersionRow }

/** Finds the document that has waited longest, leaving out `except`. */
export async function findWaiting(db: Db, except: string[]): Promise<Waiting | undefined> {
  const [found] = await db
    .select({ name: documents.name, url: documents.sourceUrl, row: documentVersions })
    .from(documents)
    .innerJoin(
      documentVersions,
      and(
        eq(documentVersions.documentId, documents.id),
        eq(documentVersions.version, documents.version),
      ),
    )
    .where(and(eq(documents.status, "processing"), notInArray(documents.id, except)))
    .orderBy(asc(documentVersions.createdAt), asc(documents.id))
    .limit(1)
  return found
}

export async function insertTexts(
  db: Db,
  rows: (typeof documentTexts.$inferInsert)[],
): Promise<void> {
  await insertMany(db, documentTexts, rows)
}

/** Yields the parts of a text in order; none if there is no such version. */
export async function* readText(db: Db, { documentId, version }: VersionKey) {
  const isText = and(eq(documentTexts.documentId, documentId), eq(documentTexts.version, version))
  for (let from = 0; ; from += PARTS_A_READ) {
    const isNext = and(gte(documentTexts.part, from), lt(documentTexts.part, from + PARTS_A_READ))
    const rows = await db
      .select({ content: documentTexts.content })
      .from(documentTexts)
      .where(and(isText, isNext))
      .orderBy(asc(documentTexts.part))
    for (const { content } of rows) yield content
    if (rows.length < PARTS_A_READ) return
  }
}

/** Deletes the text of a version that failed, a few parts at a time. */
export async function deleteText(db: Db, { documentId, version }: VersionKey): Promise<void> {
  let deleted: number
  do {
    const rows = await db.execute(sql`
      delete from ${documentTexts} where (document_id, version, part) in (
        select document_id, version, part from ${documentTexts}
        where document_id = ${documentId}::uuid and version = ${version}::int
        limit ${ROWS_OF_SWEEP}::int
      ) returning 1 as one`)
    deleted = rows.length
  } while (deleted === ROWS_OF_SWEEP)
}

/** Returns which of these originals a version refers to. */
export async function listNamedOriginals(db: Db, originals: string[]): Promise<Set<string>> {
  const rows = await db
    .select({ original: documentVersions.original })
    .from(documentVersions)
    .where(isAnyOf(documentVersions.original, originals))
  return new Set(rows.flatMap(({ original }) => original ?? []))
}
