import type { Context } from "hono"
import { getConnInfo } from "hono/bun"

/**
 * The client's IP address; null for `app.request`, which has no connection. Ignores headers such as
 * X-Forwarded-For, because anyone can set them.
 */
export function clientAddress(c: Context): string | null {
  return c.env ? (getConnInfo(c).remote.address ?? null) : null
}
