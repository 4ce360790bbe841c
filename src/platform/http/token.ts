import { createHash, timingSafeEqual } from "node:crypto"
import type { Context, MiddlewareHandler } from "hono"
import { AppError } from "../errors"
import { clientAddress } from "./client-address"
import { wantsPage } from "./errors"
import { isSafe } from "./security"

declare module "hono" {
  interface ContextVariableMap {
    /** True if the request carries the cookie of a session, which can be logged out. */
    signedIn?: boolean
  }
}

const OPEN = /^\/(live$|login$|static\/)/

type Gate = {
  token: string | undefined
  isSignedIn: (c: Context) => Promise<boolean>
  /** Counts a client's wrong token. Throws RateLimitError after too many. */
  countWrong: (client: string) => void
}

/**
 * With AMELIA_TOKEN set, everything but `/live`, `/login` and static files requires `Authorization:
 * Bearer TOKEN` or a session cookie. Browsers without either are redirected to `/login` and back;
 * everyone else gets UnauthorizedError. The right token always works, however often others guess.
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
    // htmx would insert the login page into the current page.
    if (isHtmx) c.header("HX-Redirect", login)
    c.header("WWW-Authenticate", "Bearer")
    const sentence = "This server requires its token. Send AMELIA_TOKEN as a Bearer token."
    throw new AppError("UnauthorizedError", sentence)
  }
}

/** Compares in constant time, whatever the lengths. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

function bearerOf(c: Context): string | undefined {
  return /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1]
}

/** The page to return to: the requested page, or the page that sent the request. */
function wantedPage(c: Context): string {
  const current = c.req.header("hx-current-url")
  const url = URL.parse(current ?? (isSafe(c.req.method) ? c.req.url : ""))
  return url ? url.pathname + url.search : "/"
}
