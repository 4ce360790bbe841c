import { createHash, timingSafeEqual } from "node:crypto"
import type { Context, MiddlewareHandler } from "hono"
import { AppError } from "../errors"
import { clientAddress } from "./client-address"
import { wantsPage } from "./errors"
import { isSafe } from "./security"

declare module "hono" {
  interface ContextVariableMap {
    /** Whether the request carries the cookie of a log-in, which can be ended. */
    signedIn?: boolean
  }
}

const OPEN = /^\/(live$|login$|static\/)/

type Gate = {
  /** AMELIA_TOKEN. */
  token: string | undefined
  isSignedIn: (c: Context) => Promise<boolean>
  /** Counts a wrong token of this client. Throws RateLimitError where there were too many. */
  countWrong: (client: string) => void
}

/**
 * With AMELIA_TOKEN, everything but `/live`, `/login` and static files needs `Authorization: Bearer
 * TOKEN` or the cookie of a log-in. A browser that has neither is led to `/login` and from there
 * back; all others get UnauthorizedError. The right token is let in however often others guess.
 */
export function requireToken({ token, isSignedIn, countWrong }: Gate): MiddlewareHandler {
  return async (c, next) => {
    if (token === undefined || c.req.path.startsWith("/static/")) return await next()
    const given = bearerOf(c)
    if (given !== undefined && isSame(given, token)) return await next()
    const signedIn = await isSignedIn(c)
    c.set("signedIn", signedIn)
    if (signedIn || OPEN.test(c.req.path)) return await next()
    if (given !== undefined) countWrong(clientAddress(c) ?? "")
    const login = `/login?next=${encodeURIComponent(wantedPage(c))}`
    const isHtmx = c.req.header("hx-request") === "true"
    if (wantsPage(c) && !isHtmx) return c.redirect(login, 303)
    // htmx would put the log-in page in the place of a part of the page.
    if (isHtmx) c.header("HX-Redirect", login)
    c.header("WWW-Authenticate", "Bearer")
    throw new AppError("UnauthorizedError", "This server wants its token (AMELIA_TOKEN).")
  }
}

/** Takes as long for a wrong secret as for the right one, whatever their lengths. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

function bearerOf(c: Context): string | undefined {
  return /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1]
}

/** The page to come back to: what was asked for, or the page on which something was asked for. */
function wantedPage(c: Context): string {
  const current = c.req.header("hx-current-url")
  const url = URL.parse(current ?? (isSafe(c.req.method) ? c.req.url : ""))
  return url ? url.pathname + url.search : "/"
}
