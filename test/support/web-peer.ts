import { createServer, type Socket } from "node:net"
import { systemLookup, unlessPublic } from "../../src/platform/net/address"
import type { Reach } from "../../src/platform/net/request"

/** Where a site of the tests listens that may be read, unlike all else on this machine. */
export const site = "127.0.0.2"

export type Handler = (request: Request) => Response | Promise<Response>

/** A web site on loopback. It has no robots.txt unless `answer` has one. */
export function startSite(answer: Handler, hostname = site) {
  const asked: { path: string; headers: Headers }[] = []
  const server = Bun.serve({
    port: 0,
    hostname,
    idleTimeout: 0,
    fetch(request) {
      asked.push({ path: new URL(request.url).pathname, headers: new Headers(request.headers) })
      return answer(request)
    },
  })
  return {
    port: server.port ?? 0,
    url: `http://${hostname}:${server.port}`,
    asked,
    paths: () => asked.map(({ path }) => path),
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}

export const html = (body: string, init: ResponseInit = {}) =>
  new Response(body, {
    ...init,
    headers: { "content-type": "text/html; charset=utf-8", ...init.headers },
  })

/** That a site has no robots.txt. */
export const none = (request: Request) =>
  new URL(request.url).pathname === "/robots.txt" ? new Response("", { status: 404 }) : undefined

/** Counts who connects to an address of this machine, whatever they want to say. */
export async function startListener(host: string, port = 0) {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen({ host, port, ipv6Only: true }, resolve))
  const address = server.address()
  return {
    port: typeof address === "object" ? (address?.port ?? 0) : 0,
    connections: () => sockets.length,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The rules of the product, but that the sites of the tests are as public as any. */
export function reach(changes: Partial<Reach> = {}): Reach {
  return {
    lookup: systemLookup,
    forbidden: (address) => (address === site ? undefined : unlessPublic(address)),
    bytesMax: 1024 ** 2,
    idle_ms: 5000,
    total_ms: 10_000,
    ...changes,
  }
}
