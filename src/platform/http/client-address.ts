import type { Context } from "hono"
import { getConnInfo } from "hono/bun"

/**
 * The address at the other end of the connection; null for `app.request`, which has none. Headers
 * such as X-Forwarded-For are not believed, since anybody may write them.
 */
export function clientAddress(c: Context): string | null {
  return c.env ? (getConnInfo(c).remote.address ?? null) : null
}
