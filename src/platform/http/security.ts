import type { Context, MiddlewareHandler } from "hono"
import { secureHeaders } from "hono/secure-headers"
import { AppError } from "../errors"

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"]
const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]

/** What only this server may be asked for, so that no page of another origin can read or drive it. */
export type Allowed = { host: string; allowedHosts: string[] }

/**
 * Refuses a foreign Host, which is what DNS rebinding arrives with, and a change asked for by
 * another origin, which is what a hostile page sends. No CORS header is ever answered.
 */
export function protect(allowed: Allowed): MiddlewareHandler {
  const bound = allowed.host.includes(":") ? `[${allowed.host}]` : allowed.host
  const names = new Set([...LOOPBACK_NAMES, bound, ...allowed.allowedHosts].map(lower))
  return async (c, next) => {
    const host = lower(c.req.header("host") ?? "")
    if (!names.has(hostname(host)) && !names.has(host)) {
      throw new AppError("ForbiddenHostError", "This server does not answer to that host name.", {
        host,
        help: "Add the name to ALLOWED_HOSTS if it is yours.",
      })
    }
    requirePath(c)
    if (!isSafe(c.req.method) || isUpgrade(c)) refuseForeignOrigin(c, host)
    await next()
  }
}

/** Only our own scripts, styles and images; nothing inline, nothing from elsewhere, no frames. */
export const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    fontSrc: ["'self'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
  // With no-referrer our own forms would arrive with `Origin: null`, as foreign as any.
  referrerPolicy: "same-origin",
  xFrameOptions: "DENY",
  // Amelia speaks plain HTTP on loopback: promising HTTPS would lock the browser out.
  strictTransportSecurity: false,
})

/**
 * Refuses a request for something that is no path, as a proxy is asked for it (CONNECT, OPTIONS *),
 * and a path with NUL, which the database can't compare with anything.
 */
function requirePath(c: Context): void {
  const isPath = URL.parse(c.req.url)?.protocol === "http:"
  if (isPath && !c.req.path.includes("\0")) return
  const message = "A request must name a path of this server, without NUL characters."
  throw new AppError("ValidationError", message, { issues: [{ path: "", message }] })
}

function refuseForeignOrigin(c: Context, host: string): void {
  const origin = c.req.header("origin")
  const site = c.req.header("sec-fetch-site")
  const own = `${new URL(c.req.url).protocol}//${host}`
  const foreign = origin !== undefined && lower(origin) !== own
  if (!foreign && site !== "cross-site" && site !== "same-site") return
  throw new AppError("ForbiddenOriginError", "Another web site may not change anything here.", {
    origin: origin ?? null,
  })
}

/** Whether a request of this method changes nothing. */
export function isSafe(method: string): boolean {
  return SAFE_METHODS.includes(method)
}

export function isUpgrade(c: Context): boolean {
  return lower(c.req.header("upgrade") ?? "") === "websocket"
}

function hostname(host: string): string {
  return host.replace(/:\d+$/, "")
}

function lower(text: string): string {
  return text.toLowerCase()
}
