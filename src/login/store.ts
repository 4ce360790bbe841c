import { and, eq, gt, lte } from "drizzle-orm"
import type { Db } from "../db/db"
import { loginSessions } from "./table"

type Session = typeof loginSessions.$inferInsert

export async function insertSession(db: Db, session: Session): Promise<void> {
  await db.insert(loginSessions).values(session)
}

export async function hasSession(
  db: Db,
  { secretHash, tokenHash, now }: Pick<Session, "secretHash" | "tokenHash"> & { now: Date },
): Promise<boolean> {
  const isOpen = and(
    eq(loginSessions.secretHash, secretHash),
    eq(loginSessions.tokenHash, tokenHash),
    gt(loginSessions.expiresAt, now),
  )
  const found = await db.select({ id: loginSessions.secretHash }).from(loginSessions).where(isOpen)
  return found.length > 0
}

export async function deleteSession(db: Db, secretHash: string): Promise<void> {
  await db.delete(loginSessions).where(eq(loginSessions.secretHash, secretHash))
}

export async function deleteExpired(db: Db, now: Date): Promise<void> {
  await db.delete(loginSessions).where(lte(loginSessions.expiresAt, now))
}
