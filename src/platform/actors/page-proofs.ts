import type { Context, MiddlewareHandler } from "hono"
import { setCookie } from "hono/cookie"
import type { PlatformDeps } from "../deps"
import { acceptsHtml } from "../http/errors"
import { isSafe } from "../http/security"
import type { Peers } from "../peers/peers"
import { connectionOf, PROOF_COOKIE, programOf } from "./actor"

/** With REQUIRE_PRESENCE, pages set a cookie that proves the next change, but not for runs. */
export function provePages(
  deps: Pick<PlatformDeps, "config" | "peers" | "presence">,
): MiddlewareHandler {
  return async (c, next) => {
    await next()
    const isPage = acceptsHtml(c) || c.req.header("hx-request") !== undefined
    if (!deps.config.requirePresence || !isPage || !(await mayProve(c, deps.peers))) return
    const proof = deps.presence.issue("page", (await programOf(c, deps))?.pid)
    setCookie(c, PROOF_COOKIE, proof, { path: "/", httpOnly: true, sameSite: "Strict" })
  }
}

async function mayProve(c: Context, peers: Peers): Promise<boolean> {
  if (c.req.path.startsWith("/static/") || (c.res.status >= 400 && isSafe(c.req.method)))
    return false
  const connection = connectionOf(c)
  const { kind } = connection ? await peers.find(connection) : { kind: "gone" }
  return kind === "program" || kind === "unknown"
}
