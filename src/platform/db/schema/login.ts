import { text } from "drizzle-orm/pg-core"
import { amelia, createdAt, timestamptz } from "../columns"

/** Logged-in browsers. Nothing here can be used to log in. */
export const loginSessions = amelia.table("login_sessions", {
  /**
   * HMAC-SHA256 of the cookie's secret, keyed with AMELIA_TOKEN, so that changing the token logs
   * everyone out.
   */
  hash: text().primaryKey(),
  expiresAt: timestamptz().notNull(),
  createdAt: createdAt(),
})
