import { realpathSync } from "node:fs"
import type { Context } from "hono"
import { getConnInfo } from "hono/bun"
import { getCookie } from "hono/cookie"
import type { PlatformDeps } from "../deps"
import type { PeerConnection } from "../peers/connection"
import type { Program } from "../peers/sockets"
import type { Actor, Way } from "../shapes/actor"

/** Where a request carries the proof that a person is there. */
export const PROOF_COOKIE = "amelia_presence"
const PROOF_HEADER = "X-Amelia-Presence"

type Known = Pick<PlatformDeps, "peers" | "presence">

/**
 * Finds out who sent a request. Without a proof, `via` rests on the headers of the request and on
 * the program behind it.
 */
export async function actorOf(c: Context, deps: Known): Promise<Actor> {
  const program = await programOf(c, deps)
  const proof = c.req.header(PROOF_HEADER) ?? getCookie(c, PROOF_COOKIE)
  const proven = proof === undefined ? undefined : deps.presence.take(proof, program?.pid)
  return {
    via: proven ?? claimedWay(c, program),
    program: program?.name ?? null,
    isPresent: proven !== undefined,
  }
}

/** The program behind a request, where the system tells. */
export async function programOf(c: Context, { peers }: Pick<Known, "peers">) {
  const connection = connectionOf(c)
  return connection && (await peers.identify(connection))
}

/** False for `app.request`, by which the app is asked without a server. */
export function cameOverNetwork(c: Context): boolean {
  return typeof c.env?.port === "number"
}

/** Undefined for a request whose connection is closed by now, or that came over none. */
export function connectionOf(c: Context): PeerConnection | undefined {
  const { address, port } = cameOverNetwork(c) ? getConnInfo(c).remote : {}
  if (!address || !port) return undefined
  return { client: { address, port }, serverPort: c.env.port }
}

/** Whether a program is Amelia on a terminal, as a person starts it. */
export function isOurTerminal(program: Program | undefined): boolean {
  if (!program?.onTerminal || program.executable === undefined) return false
  return realPath(program.executable) === realPath(process.execPath)
}

/** A command on the PATH is often a link. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function claimedWay(c: Context, program: Program | undefined): Way {
  if (isOurTerminal(program)) return "terminal"
  // A foreign origin has been refused by now.
  if (c.req.header("sec-fetch-site") === "same-origin" || c.req.header("origin")) return "page"
  return c.req.header("authorization") ? "token" : "program"
}
