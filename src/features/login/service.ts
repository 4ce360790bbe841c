import { createHmac, randomBytes } from "node:crypto"
import type { PlatformDeps } from "../../platform/deps"
import * as store from "./store"

/** How long a browser stays logged in, in seconds. */
export const SESSION_S = 30 * 24 * 3600

type Known = Pick<PlatformDeps, "db" | "config">

/** Opens a session for a browser that sent the token. Returns the secret for its cookie. */
export async function openSession({ db, config }: Known): Promise<string> {
  const secret = randomBytes(32).toString("base64url")
  const now = new Date()
  await store.deleteExpired(db, now)
  const expiresAt = new Date(now.getTime() + SESSION_S * 1000)
  await store.insertSession(db, { hash: hashOf(config, secret), expiresAt })
  return secret
}

/** True if the secret belongs to an open session under the current token. */
export async function isOpenSession({ db, config }: Known, secret: string): Promise<boolean> {
  if (config.ameliaToken === undefined) return false
  return store.hasSession(db, hashOf(config, secret), new Date())
}

/** Ends a session. No copy of its secret works any more. */
export async function closeSession({ db, config }: Known, secret: string): Promise<void> {
  await store.deleteSession(db, hashOf(config, secret))
}

function hashOf({ ameliaToken = "" }: PlatformDeps["config"], secret: string): string {
  return createHmac("sha256", ameliaToken).update(secret).digest("base64url")
}
