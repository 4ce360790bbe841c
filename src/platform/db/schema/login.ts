import { text } from "drizzle-orm/pg-core"
import { amelia, createdAt, moment } from "../columns"

/** Browsers that are logged in. Nothing here lets anybody in. */
export const loginSessions = amelia.table("login_sessions", {
  /** HMAC-SHA256 of the secret in the cookie, keyed with AMELIA_TOKEN: another token ends them all. */
  hash: text().primaryKey(),
  expiresAt: moment().notNull(),
  createdAt: createdAt(),
})
