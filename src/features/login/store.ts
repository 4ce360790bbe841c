import { and, eq, gt, lte } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { loginSessions } from "../../platform/db/schema/login"

type Session = typeof loginSessions.$inferInsert

export async function insertSession(db: Db, session: Session): Promise<void> {
  await db.insert(loginSessions).values(session)
}

/** True if the session exists and has not expired. */
export async function hasSession(db: Db, hash: string, now: Date): Promise<boolean> {
  const isOpen = and(eq(loginSessions.hash, hash), gt(loginSessions.expiresAt, now))
  const found = await db.select({ hash: loginSessions.hash }).from(loginSessions).where(isOpen)
  return found.length > 0
}

export async function deleteSession(db: Db, hash: string): Promise<void> {
  await db.delete(loginSessions).where(eq(loginSessions.hash, hash))
}

export async function deleteExpired(db: Db, now: Date): Promise<void> {
  await db.delete(loginSessions).where(lte(loginSessions.expiresAt, now))
}
