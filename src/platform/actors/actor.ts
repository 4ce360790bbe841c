import { realpathSync } from "node:fs"
import type { Context } from "hono"
import { getConnInfo } from "hono/bun"
import { getCookie } from "hono/cookie"
import type { PlatformDeps } from "../deps"
import type { PeerConnection } from "../peers/connection"
import type { Program } from "../peers/sockets"
import type { Actor, Way } from "../shapes/actor"

/** Where a request carries its proof of presence. */
export const PROOF_COOKIE = "amelia_presence"
const PROOF_HEADER = "X-Amelia-Presence"

type Known = Pick<PlatformDeps, "peers" | "presence">

/** Finds out who sent a request: by its proof, otherwise by its headers and program. */
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

/** Returns the program behind a request, or undefined if the system doesn't tell. */
export async function programOf(c: Context, { peers }: Pick<Known, "peers">) {
  const connection = connectionOf(c)
  return connection && (await peers.identify(connection))
}

/** False for `app.request`, which calls the app without a server. */
export function cameOverNetwork(c: Context): boolean {
  return typeof c.env?.port === "number"
}

/** Undefined if the request's connection is already closed, or if it had none. */
export function connectionOf(c: Context): PeerConnection | undefined {
  const { address, port } = cameOverNetwork(c) ? getConnInfo(c).remote : {}
  if (!address || !port) return undefined
  return { client: { address, port }, serverPort: c.env.port }
}

/** True if a program is `amelia` on a terminal, started by a person. */
export function isOurTerminal(program: Program | undefined): boolean {
  if (!program?.onTerminal || program.executable === undefined) return false
  return realPath(program.executable) === realPath(process.execPath)
}

/** Commands on the PATH are often links. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function claimedWay(c: Context, program: Program | undefined): Way {
  if (isOurTerminal(program)) return "terminal"
  // Foreign origins were refused earlier.
  if (c.req.header("sec-fetch-site") === "same-origin" || c.req.header("origin")) return "page"
  return c.req.header("authorization") ? "token" : "program"
}
