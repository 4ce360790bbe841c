import { text } from "drizzle-orm/pg-core"
import { amelia, createdAt, moment } from "../db/columns"

/** Browsers that are logged in. Nothing here lets anybody in. */
export const loginSessions = amelia.table("login_sessions", {
  /** SHA-256 of the secret in the cookie, in hex. */
  secretHash: text().primaryKey(),
  /** Of the AMELIA_TOKEN that was shown, so that another token ends the session. */
  tokenHash: text().notNull(),
  expiresAt: moment().notNull(),
  createdAt: createdAt(),
})
