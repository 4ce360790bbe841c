import type { Context, MiddlewareHandler } from "hono"
import type { PlatformDeps } from "../deps"
import { AppError } from "../errors"
import { warn } from "../events/warn"
import { createRateLimiter } from "../http/rate-limit"
import { isSafe, isUpgrade } from "../http/security"
import type { Peer } from "../peers/peers"
import { cameOverNetwork, connectionOf } from "./actor"

/** Refusals that are told as events; more are only logged, so that a run can't fill the disk. */
const told = { count: 60, windowSeconds: 60 }

/**
 * Refuses what changes something, and WebSockets, where a program asks that a run has started: an
 * agent that works in a repository must not approve its own design. Throws ForbiddenActorError.
 */
export function refuseRuns(
  deps: Pick<PlatformDeps, "db" | "events" | "log" | "peers">,
): MiddlewareHandler {
  const tooMany = createRateLimiter(told)
  return async (c, next) => {
    const changesNothing = isSafe(c.req.method) && !isUpgrade(c)
    if (changesNothing || !cameOverNetwork(c)) return await next()
    const connection = connectionOf(c)
    const peer: Peer = connection ? await deps.peers.find(connection) : { kind: "gone" }
    if (peer.kind === "program" || peer.kind === "unknown") return await next()
    const { sentence, event } = said(c, peer)
    const context = { method: c.req.method, path: c.req.path, ...peer }
    if (tooMany("") === 0) await warn(deps, event, context)
    else deps.log.warn({ module: "actors", event: "actor.refused", ...context })
    throw new AppError("ForbiddenActorError", sentence, context)
  }
}

/**
 * Without a token, only the user that runs this server may use it, and root. Throws
 * ForbiddenActorError for other users of this machine, who reach loopback as well.
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
      "This server belongs to another user of this machine. To share it, its owner sets AMELIA_TOKEN."
    throw new AppError("ForbiddenActorError", sentence, { uid })
  }
}

function said({ req: { method, path } }: Context, peer: Peer) {
  const asked = `${method} ${path}`
  if (peer.kind === "run") {
    return {
      sentence: "A program that a run has started may not change anything in Amelia.",
      event: `A program of a run asked for ${asked} and was refused.`,
    }
  }
  return {
    sentence: "The program that asked for this is gone, so Amelia can't tell whether it may.",
    event: `A program that was gone at once asked for ${asked} and was refused.`,
  }
}
