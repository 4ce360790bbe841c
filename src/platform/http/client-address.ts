import type { Context } from "hono"
import { getConnInfo } from "hono/bun"

/** The client's IP address; null for `app.request`. Ignores headers, which anyone can set. */
export function clientAddress(c: Context): string | null {
  return c.env ? (getConnInfo(c).remote.address ?? null) : null
}
