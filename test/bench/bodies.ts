/**
 * `bun test/bench/bodies.ts`: what it costs when three clients each send 100 MB in chunks to a
 * route, for every route that takes a body, without the token and with it.
 */

import { randomBytes } from "node:crypto"
import { type ServerProcess, serveProcess } from "../support/process"
import { chunkOf, rawRequest, statusOf } from "../support/raw-request"
import { appRoutes, type Route } from "../support/routes"
import { startBystanders, waitFigures } from "./bystanders"
import { type Figure, printFigures } from "./figures"
import { homeOnDisk, usageOf } from "./server"

const CLIENTS = 3
const BYTES = 100_000_000
const SAMPLE_MS = 10
const headers = { Authorization: "Bearer a-long-random-text" }
const env = {
  AMELIA_TOKEN: "a-long-random-text",
  RATE_LIMIT_UPLOADS: "100000/minute",
  RATE_LIMIT_MESSAGES: "100000/minute",
}

export async function measureBodies(): Promise<Figure[]> {
  const routes = await takingBodies()
  await using at = await homeOnDisk()
  await using server = await serveProcess({ home: at.home, env })
  return [
    ...(await measureRoutes(server, routes, "without the token", [])),
    ...(await measureRoutes(server, routes, "with the token", [
      `Authorization: ${headers.Authorization}`,
    ])),
  ]
}

async function takingBodies(): Promise<Route[]> {
  const all = (await appRoutes()).filter(({ method }) => method !== "GET")
  // One with a rate limit is there twice, with another id.
  const keyOf = ({ method, path }: Route) => `${method} ${path.replace(/[0-9a-f-]{36}/g, "ID")}`
  return [...new Map(all.map((route) => [keyOf(route), route])).values()]
}

/** The worst of all routes; what each of them costs goes to stderr. */
async function measureRoutes(
  server: ServerProcess,
  routes: Route[],
  who: string,
  head: string[],
): Promise<Figure[]> {
  const bystanders = await startBystanders(server.url, headers)
  let most_mb = 0
  for (const route of routes) {
    const { grown_mb, statuses } = await measureRoute(server, route, head)
    most_mb = Math.max(most_mb, grown_mb)
    const { method, path } = route
    console.error(`${who}: ${method} ${path}: ${statuses.join(", ")}, ${grown_mb.toFixed(1)} MB`)
  }
  const what = `memory for ${CLIENTS} × 100 MB ${who}`
  return [
    { what, value: most_mb, unit: "MB", aim: "≤ 40" },
    ...waitFigures(await bystanders.end(), "≤ 100"),
  ]
}

async function measureRoute(server: ServerProcess, route: Route, head: string[]) {
  const before = await usageOf(server.pid)
  let most_mb = before.memory_mb
  let isSending = true
  async function watch() {
    while (isSending) {
      most_mb = Math.max(most_mb, (await usageOf(server.pid)).memory_mb)
      await Bun.sleep(SAMPLE_MS)
    }
  }
  const watching = watch()
  const sending = Array.from({ length: CLIENTS }, () => send(server.url, route, head))
  const statuses = await Promise.all(sending)
  isSending = false
  await watching
  return { grown_mb: most_mb - before.memory_mb, statuses: [...new Set(statuses)] }
}

/** Sends a body until it is over or the connection is closed. Returns the status of the answer. */
async function send(url: string, { method, path }: Route, head: string[]): Promise<number> {
  const { type, begin, end } = bodyFor(path)
  using request = rawRequest(url, [
    ...[`${method} ${path} HTTP/1.1`, ...head],
    ...[`Content-Type: ${type}`, "Transfer-Encoding: chunked"],
  ])
  // Each is another content, so that all are stored.
  const chunk = randomBytes(32_000).toString("hex")
  await request.write(chunkOf(begin))
  for (let sent = 0; sent < BYTES && !request.isClosed(); sent += chunk.length) {
    await request.write(chunkOf(chunk))
  }
  await request.write(chunkOf(end) + chunkOf(""))
  await request.answered
  return statusOf(request.answer())
}

/** A body of a kind that the route reads to its end, if it may be that long. */
function bodyFor(path: string): { type: string; begin: string; end: string } {
  if (path === "/documents" || path.endsWith("/upload")) {
    const disposition = 'Content-Disposition: form-data; name="file"; filename="a.txt"'
    // A NUL, so that it is no text, and nothing is left to be done when it was answered.
    const begin = `--b\r\n${disposition}\r\n\r\n\0`
    return { type: "multipart/form-data; boundary=b", begin, end: "\r\n--b--\r\n" }
  }
  if (path.startsWith("/api/")) return { type: "application/json", begin: '{"a":"', end: '"}' }
  return { type: "application/x-www-form-urlencoded", begin: "a=", end: "&b=" }
}

if (import.meta.main) printFigures(await measureBodies())
