import type { Context, MiddlewareHandler } from "hono"
import { secureHeaders } from "hono/secure-headers"
import { AppError } from "../errors"

const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"]
const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"]

/** The names this server answers to. Restricting them keeps pages of other origins out. */
export type Allowed = { host: string; allowedHosts: string[] }

/** Refuses foreign Host headers (DNS rebinding) and changes requested by other origins. */
export function protect(allowed: Allowed): MiddlewareHandler {
  const bound = allowed.host.includes(":") ? `[${allowed.host}]` : allowed.host
  const added = new Set(allowed.allowedHosts.map(lower))
  const names = new Set([...LOOPBACK_NAMES, bound, ...added].map(lower))
  return async (c, next) => {
    const host = lower(c.req.header("host") ?? "")
    if (!names.has(hostname(host)) && !names.has(host)) {
      throw new AppError("ForbiddenHostError", "This server doesn't answer to this host name.", {
        host,
        help: "Add the name to ALLOWED_HOSTS if it is yours.",
      })
    }
    requirePath(c)
    // Under an added name, a proxy with TLS may be in front.
    const schemes = added.has(hostname(host)) || added.has(host) ? ["http", "https"] : ["http"]
    const origins = schemes.map((scheme) => `${scheme}://${host}`)
    if (!isSafe(c.req.method) || isUpgrade(c)) refuseForeignOrigin(c, origins)
    await next()
  }
}

/** Allows only our own scripts, styles and images. Nothing inline, nothing external, no frames. */
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
  // With no-referrer our own forms would send `Origin: null`, like a foreign page.
  referrerPolicy: "same-origin",
  xFrameOptions: "DENY",
  // Amelia serves plain HTTP on loopback. Promising HTTPS would lock the browser out.
  strictTransportSecurity: false,
})

/** Refuses proxy requests (CONNECT, OPTIONS *), and NUL, which the database can't compare. */
function requirePath(c: Context): void {
  const isPath = URL.parse(c.req.url)?.protocol === "http:"
  if (isPath && !c.req.path.includes("\0")) return
  const message = "The request target must be a path of this server, without NUL characters."
  throw new AppError("ValidationError", message, { issues: [{ path: "", message }] })
}

function refuseForeignOrigin(c: Context, own: string[]): void {
  const origin = c.req.header("origin")
  const site = c.req.header("sec-fetch-site")
  const foreign = origin !== undefined && !own.includes(lower(origin))
  if (!foreign && site !== "cross-site" && site !== "same-site") return
  throw new AppError("ForbiddenOriginError", "Other web sites may not change anything here.", {
    origin: origin ?? null,
  })
}

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
