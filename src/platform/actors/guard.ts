import type { Context, MiddlewareHandler } from "hono"
import type { PlatformDeps } from "../deps"
import { AppError } from "../errors"
import { warn } from "../events/warn"
import { createRateLimiter } from "../http/rate-limit"
import { isSafe, isUpgrade } from "../http/security"
import type { Peer } from "../peers/peers"
import { cameOverNetwork, connectionOf } from "./actor"

/** Refusals beyond this are only logged: stored as events, they could fill the disk. */
const warningLimit = { count: 60, windowSeconds: 60 }

/**
 * Refuses changes and WebSockets from programs that a run started: an agent working in a repository
 * must not approve its own design. Throws ForbiddenActorError.
 */
export function refuseRuns(
  deps: Pick<PlatformDeps, "db" | "events" | "log" | "peers">,
): MiddlewareHandler {
  const tooMany = createRateLimiter(warningLimit)
  return async (c, next) => {
    const changesNothing = isSafe(c.req.method) && !isUpgrade(c)
    if (changesNothing || !cameOverNetwork(c)) return await next()
    const connection = connectionOf(c)
    const peer: Peer = connection ? await deps.peers.find(connection) : { kind: "gone" }
    if (peer.kind === "program" || peer.kind === "unknown") return await next()
    const { sentence, event } = refusalOf(c, peer)
    const context = { method: c.req.method, path: c.req.path, ...peer }
    if (tooMany("") === 0) await warn(deps, event, context)
    else deps.log.warn({ module: "actors", event: "actor.refused", ...context })
    throw new AppError("ForbiddenActorError", sentence, context)
  }
}

/**
 * Without a token, only root and the user running this server may use it. Throws
 * ForbiddenActorError for other users of this machine, who can reach loopback too.
 */
export function refuseOtherUsers({
  config,
  peers,
}: Pick<PlatformDeps, "config" | "peers">): MiddlewareHandler {
  const own = process.getuid?.()
  return async (c, next) => {
    const connection = config.ameliaToken === undefined ? connectionOf(c) : undefined
    const uid = connection && (await peers.userOf(connection))
    if (uid === undefined || uid === own || uid === 0) return await next()
    const sentence =
      "This server belongs to another user of this machine. Its owner can set AMELIA_TOKEN to share it."
    throw new AppError("ForbiddenActorError", sentence, { uid })
  }
}

function refusalOf({ req: { method, path } }: Context, peer: Peer) {
  const attempt = `${method} ${path}`
  if (peer.kind === "run") {
    return {
      sentence: "A program started by a run may not change anything in Amelia.",
      event: `A program started by a run attempted ${attempt} and was refused.`,
    }
  }
  return {
    sentence: "The program that sent this has ended, so Amelia can't tell whether it may do this.",
    event: `A program that ended right away attempted ${attempt} and was refused.`,
  }
}
