import { createHash, randomBytes } from "node:crypto"
import type { Deps } from "../deps"
import * as store from "./store"

/** How long a browser stays logged in, in seconds. */
export const SESSION_S = 30 * 24 * 3600

type Known = Pick<Deps, "db">

/** Opens a session for a browser that has shown the token. Returns the secret that it keeps. */
export async function openSession({ db }: Known, token: string): Promise<string> {
  const secret = randomBytes(32).toString("base64url")
  const now = new Date()
  await store.deleteExpired(db, now)
  const expiresAt = new Date(now.getTime() + SESSION_S * 1000)
  await store.insertSession(db, { secretHash: hash(secret), tokenHash: hash(token), expiresAt })
  return secret
}

/** Whether a secret belongs to a session that is open, for this very token. */
export function isOpenSession({ db }: Known, secret: string, token: string): Promise<boolean> {
  const hashes = { secretHash: hash(secret), tokenHash: hash(token) }
  return store.hasSession(db, { ...hashes, now: new Date() })
}

/** Ends a session for every copy of its secret. */
export async function closeSession({ db }: Known, secret: string): Promise<void> {
  await store.deleteSession(db, hash(secret))
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}
