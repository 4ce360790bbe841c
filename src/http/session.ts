import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { Context } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"

const COOKIE = "amelia_session"
const LASTS_S = 30 * 24 * 3600
const place = { path: "/", httpOnly: true, sameSite: "Strict" } as const

/**
 * Lets this browser in for 30 days, or until the token changes. It is kept from scripts and from
 * requests that other sites begin. It can't be `Secure`, since Amelia itself speaks plain HTTP.
 */
export function signIn(c: Context, token: string): void {
  setCookie(c, COOKIE, sessionOf(token), { ...place, maxAge: LASTS_S })
}

/** Takes the browser's cookie away. A copy of it is good until the token changes. */
export function signOut(c: Context): void {
  deleteCookie(c, COOKIE, place)
}

/** Whether the request carries the cookie that `signIn` set for this very token. */
export function isSignedIn(c: Context, token: string | undefined): boolean {
  return token !== undefined && isSame(getCookie(c, COOKIE) ?? "", sessionOf(token))
}

/** Takes as long for a wrong secret as for the right one, whatever their lengths. */
export function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

/**
 * What stands in the cookie: made of the token, which can't be made of it again. Browsers send a
 * cookie to every port of a host, so it must be worth nothing to other programs there.
 */
function sessionOf(token: string): string {
  return createHmac("sha256", token).update("amelia session 1").digest("base64url")
}
