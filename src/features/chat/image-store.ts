import { and, asc, eq, sql } from "drizzle-orm"
import { isAnyOf } from "../../platform/db/array"
import type { Db } from "../../platform/db/db"
import { chatImages } from "../../platform/db/schema/chat"

export type NewImage = typeof chatImages.$inferInsert

const { id, name, mediaType, shown, createdAt } = chatImages
const columns = { id, name, mediaType, shown, createdAt, size: sql<number>`length(bytes)` }

export type ImageRow = Awaited<ReturnType<typeof listImages>>[number]

/** Lists a session's images without their bytes, in the order in which they were added. */
export function listImages(db: Db, sessionId: string) {
  const isOf = eq(chatImages.sessionId, sessionId)
  return db.select(columns).from(chatImages).where(isOf).orderBy(asc(id))
}

export async function insertImage(db: Db, image: NewImage): Promise<ImageRow | undefined> {
  const [row] = await db.insert(chatImages).values(image).returning(columns)
  return row
}

/** Returns the bytes of images by id, without those that are gone. */
export async function readImages(db: Db, ids: string[]): Promise<Map<string, Uint8Array>> {
  const rows = await db
    .select({ id, bytes: chatImages.bytes })
    .from(chatImages)
    .where(isAnyOf(id, ids))
  return new Map(rows.map((row) => [row.id, row.bytes]))
}

export async function findImage(db: Db, sessionId: string, imageId: string) {
  const isIt = and(eq(id, imageId), eq(chatImages.sessionId, sessionId))
  const [row] = await db.select().from(chatImages).where(isIt)
  return row
}

/** Marks images as shown by a question. */
export async function markShown(db: Db, ids: string[]): Promise<void> {
  await db.update(chatImages).set({ shown: true }).where(isAnyOf(id, ids))
}

/** Returns false if the session has no such image. */
export async function deleteImage(db: Db, sessionId: string, imageId: string): Promise<boolean> {
  const isIt = and(eq(id, imageId), eq(chatImages.sessionId, sessionId))
  const rows = await db.delete(chatImages).where(isIt).returning({ id })
  return rows.length > 0
}
