import { and, asc, eq, not, type SQL, sql } from "drizzle-orm"
import { arrayLiteral, isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { documents } from "../../platform/db/schema/documents"
import { folderFiles, folders } from "../../platform/db/schema/folders"
import { CHAT_MARK } from "../../platform/shapes/document"

const pickable = { id: documents.id, name: documents.name }
/** Files of chats are for their questions only. */
const isUsable = sql`${documents.status} = 'indexed' and not ${documents.metadata} ? ${CHAT_MARK}::text`

/** Ids to leave out, words that the name must contain, and a folder's id or `none`. */
export type PickFilter = { without: string[]; words: string[]; folder: string }

export async function listPickable(db: Db, filter: PickFilter, limit: number) {
  return await db
    .select(pickable)
    .from(documents)
    .where(matches(filter))
    .orderBy(asc(sql`lower(${documents.name})`), asc(documents.id))
    .limit(limit)
}

export async function countPickable(db: Db, filter?: PickFilter): Promise<number> {
  return await db.$count(documents, filter ? matches(filter) : isUsable)
}

export async function listPicked(db: Db, ids: string[]) {
  return await db.select(pickable).from(documents).where(isAnyOf(documents.id, ids))
}

export async function listFolderNames(db: Db) {
  return await db
    .select({ id: folders.id, name: folders.name })
    .from(folders)
    .where(eq(folders.removing, false))
    .orderBy(asc(folders.name))
}

function matches({ without, words, folder }: PickFilter): SQL | undefined {
  const contains = words.map(
    (word) => sql`strpos(lower(${documents.name}), ${word.toLowerCase()}) > 0`,
  )
  const isPicked = sql`${documents.id} = any(${arrayLiteral(without)}::uuid[])`
  return and(isUsable, ...contains, inFolder(folder), not(isPicked))
}

function inFolder(folder: string): SQL | undefined {
  if (folder === "") return undefined
  const ofDocument = sql`${folderFiles.documentId} = ${documents.id}`
  if (folder === "none") {
    return sql`not exists (select 1 from ${folderFiles} where ${ofDocument})`
  }
  const ofFolder = eq(folderFiles.folderId, folder)
  return sql`exists (select 1 from ${folderFiles} where ${ofDocument} and ${ofFolder})`
}
