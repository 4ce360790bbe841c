import { createHash, timingSafeEqual } from "node:crypto"
import type { MiddlewareHandler } from "hono"
import { AppError } from "../errors"

const OPEN = /^\/(live$|static\/)/

/** With AMELIA_TOKEN, everything but `/live` and static files needs `Authorization: Bearer TOKEN`. */
export function requireToken(token: string | undefined): MiddlewareHandler {
  return async (c, next) => {
    if (token !== undefined && !OPEN.test(c.req.path)) {
      const [, given = ""] = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "") ?? []
      if (!isSame(given, token)) {
        c.header("WWW-Authenticate", "Bearer")
        throw new AppError("UnauthorizedError", "This server wants its token (AMELIA_TOKEN).")
      }
    }
    await next()
  }
}

/** Takes as long for a wrong token as for the right one, whatever their lengths. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest()
  return timingSafeEqual(digest(given), digest(token))
}
