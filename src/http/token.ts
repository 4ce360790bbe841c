import type { Context, MiddlewareHandler } from "hono"
import { AppError } from "../errors"
import { wantsPage } from "./errors"
import { isSafe } from "./security"
import { isSame, isSignedIn } from "./session"

declare module "hono" {
  interface ContextVariableMap {
    /** Whether the request carries the cookie of a log-in, which can be ended. */
    signedIn?: boolean
  }
}

const OPEN = /^\/(live$|login$|static\/)/

/**
 * With AMELIA_TOKEN, everything but `/live`, `/login` and static files needs `Authorization: Bearer
 * TOKEN` or the cookie of a log-in. A browser that has neither is led to `/login` and from there
 * back; all others get UnauthorizedError.
 */
export function requireToken(token: string | undefined): MiddlewareHandler {
  return async (c, next) => {
    const signedIn = isSignedIn(c, token)
    c.set("signedIn", signedIn)
    const isOpen = token === undefined || OPEN.test(c.req.path)
    if (isOpen || isBearer(c, token) || signedIn) return await next()
    const login = `/login?next=${encodeURIComponent(wantedPage(c))}`
    const isHtmx = c.req.header("hx-request") === "true"
    if (wantsPage(c) && !isHtmx) return c.redirect(login, 303)
    // htmx would put the log-in page in the place of a part of the page.
    if (isHtmx) c.header("HX-Redirect", login)
    c.header("WWW-Authenticate", "Bearer")
    throw new AppError("UnauthorizedError", "This server wants its token (AMELIA_TOKEN).")
  }
}

function isBearer(c: Context, token: string): boolean {
  const [, given = ""] = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "") ?? []
  return isSame(given, token)
}

/** The page to come back to: what was asked for, or the page on which something was asked for. */
function wantedPage(c: Context): string {
  const current = c.req.header("hx-current-url")
  const url = URL.parse(current ?? (isSafe(c.req.method) ? c.req.url : ""))
  return url ? url.pathname + url.search : "/"
}
