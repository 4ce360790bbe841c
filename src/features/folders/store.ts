import { and, asc, desc, eq, isNotNull, isNull, lt, sql } from "drizzle-orm"
import { arrayLiteral, isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { insertMany } from "../../platform/db/insert-many"
import type { Page } from "../../platform/db/page"
import { documents } from "../../platform/db/schema/documents"
import {
  type FolderFileRow,
  type FolderRow,
  folderFiles,
  folders,
} from "../../platform/db/schema/folders"

export function listFolders(db: Db, { limit, before }: Page): Promise<FolderRow[]> {
  return db
    .select()
    .from(folders)
    .where(and(eq(folders.removing, false), before ? lt(folders.id, before) : undefined))
    .orderBy(desc(folders.id))
    .limit(limit)
}

export function listAll(db: Db): Promise<FolderRow[]> {
  return db.select().from(folders)
}

export function listKept(db: Db, keeper: string): Promise<FolderRow[]> {
  return db.select().from(folders).where(eq(folders.keeper, keeper)).orderBy(asc(folders.id))
}

export async function findFolder(db: Db, id: string): Promise<FolderRow | undefined> {
  const [row] = await db.select().from(folders).where(eq(folders.id, id))
  return row
}

export async function listNames(db: Db, beginning: string): Promise<string[]> {
  const names = await db
    .select({ name: folders.name })
    .from(folders)
    .where(sql`starts_with(${folders.name}, ${beginning})`)
  return names.map(({ name }) => name)
}

/** Returns undefined if its name or path is taken. */
export async function insertFolder(
  db: Db,
  row: typeof folders.$inferInsert,
): Promise<FolderRow | undefined> {
  const [inserted] = await db.insert(folders).values(row).onConflictDoNothing().returning()
  return inserted
}

export async function updateFolder(
  db: Db,
  id: string,
  changes: Partial<
    Pick<FolderRow, "includeSecrets" | "error" | "removing" | "lastSync" | "syncedAt">
  >,
): Promise<void> {
  await db.update(folders).set(changes).where(eq(folders.id, id))
}

export async function deleteFolder(db: Db, id: string): Promise<void> {
  await db.delete(folders).where(eq(folders.id, id))
}

export function listFiles(db: Db, folderId: string): Promise<FolderFileRow[]> {
  return db.select().from(folderFiles).where(eq(folderFiles.folderId, folderId))
}

export async function replaceFiles(
  db: Db,
  ids: string[],
  rows: (typeof folderFiles.$inferInsert)[],
): Promise<void> {
  if (ids.length > 0) await db.delete(folderFiles).where(isAnyOf(folderFiles.id, ids))
  await insertMany(db, folderFiles, rows)
}

export async function deleteFilesOf(db: Db, folderId: string): Promise<void> {
  await db.delete(folderFiles).where(eq(folderFiles.folderId, folderId))
}

/** Counts the files of each folder by the state of their document; null for none. */
export function countFiles(db: Db, folderIds: string[]) {
  return db
    .select({
      folderId: folderFiles.folderId,
      status: documents.status,
      count: sql<number>`count(*)::int`,
    })
    .from(folderFiles)
    .leftJoin(documents, eq(documents.id, folderFiles.documentId))
    .where(isAnyOf(folderFiles.folderId, folderIds))
    .groupBy(folderFiles.folderId, documents.status)
}

export function listSkipped(db: Db, folderId: string, limit: number) {
  return db
    .select({ path: folderFiles.path, reason: folderFiles.skipped })
    .from(folderFiles)
    .where(and(eq(folderFiles.folderId, folderId), isNotNull(folderFiles.skipped)))
    .orderBy(asc(folderFiles.path))
    .limit(limit)
}

export type Place = { documentId: string; folderId: string; folderName: string; path: string }

const place = {
  documentId: sql<string>`${folderFiles.documentId}`,
  folderId: folderFiles.folderId,
  folderName: folders.name,
  path: folderFiles.path,
}

export function listPlaces(db: Db, documentIds: string[]): Promise<Place[]> {
  return db
    .select(place)
    .from(folderFiles)
    .innerJoin(folders, eq(folders.id, folderFiles.folderId))
    .where(isAnyOf(folderFiles.documentId, documentIds))
    .orderBy(asc(folderFiles.path))
}

/** Lists documents made for a file of this folder that is gone or has another document now. */
export async function listMisplaced(db: Db, folderId: string): Promise<string[]> {
  const rows = await db
    .select({ id: documents.id })
    .from(documents)
    .leftJoin(
      folderFiles,
      and(
        eq(folderFiles.documentId, documents.id),
        eq(folderFiles.folderId, folderId),
        eq(folderFiles.path, sql`${documents.metadata} ->> 'path'`),
      ),
    )
    .where(and(sql`${documents.metadata} ->> 'folder_id' = ${folderId}`, isNull(folderFiles.id)))
  return rows.map(({ id }) => id)
}

/** Lists the documents of the files below `path` in a folder; "" for all. */
export async function listDocumentIds(db: Db, folderId: string, path: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: sql<string>`${folderFiles.documentId}` })
    .from(folderFiles)
    .where(
      and(
        eq(folderFiles.folderId, folderId),
        isNotNull(folderFiles.documentId),
        path === "" ? undefined : sql`starts_with(${folderFiles.path}, ${`${path}/`})`,
      ),
    )
  return rows.map(({ id }) => id)
}

/** Returns the documents made for these paths of a folder. */
export async function listOwned(db: Db, folderId: string, paths: string[]): Promise<Set<string>> {
  const path = sql`${documents.metadata} ->> 'path'`
  const rows = await db
    .select({ id: documents.id })
    .from(documents)
    .where(
      and(
        sql`${documents.metadata} ->> 'folder_id' = ${folderId}`,
        sql`${path} = any(${arrayLiteral(paths)}::text[])`,
      ),
    )
  return new Set(rows.map(({ id }) => id))
}
