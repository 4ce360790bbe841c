import type { Context } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import type { PlatformDeps } from "../../platform/deps"
import { closeSession, isOpenSession, openSession, SESSION_S } from "./service"

type Known = Pick<PlatformDeps, "db" | "config">

const COOKIE = "amelia_session"
const attributes = { path: "/", httpOnly: true, sameSite: "Strict" } as const

/**
 * Logs this browser in for 30 days, or until it logs out or the token changes. The cookie can't be
 * `Secure`, since Amelia itself speaks plain HTTP.
 */
export async function signIn(c: Context, deps: Known): Promise<void> {
  setCookie(c, COOKIE, await openSession(deps), { ...attributes, maxAge: SESSION_S })
}

/** Ends this browser's session, even for copies of its cookie. */
export async function signOut(c: Context, deps: Known): Promise<void> {
  const secret = getCookie(c, COOKIE)
  if (secret) await closeSession(deps, secret)
  deleteCookie(c, COOKIE, attributes)
}

/** True if the request has the cookie of an open session. */
export async function isSignedIn(c: Context, deps: Known): Promise<boolean> {
  const secret = getCookie(c, COOKIE)
  return !!secret && isOpenSession(deps, secret)
}
