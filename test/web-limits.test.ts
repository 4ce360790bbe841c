import { describe, expect, test } from "bun:test"
import { createServer } from "node:net"
import { gzipSync } from "node:zlib"
import { fetchPage } from "../src/features/documents/web/fetch"
import { rejection } from "./support/rejection"
import { none, reach, site, startSite } from "./support/web-peer"

describe("a page that never ends is given up:", () => {
  const body = (send: (controller: ReadableStreamDefaultController) => void) =>
    new ReadableStream({ pull: send })

  test("one that is larger than allowed, before it is read whole", async () => {
    let sent = 0
    const endless = () =>
      body((controller) => {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(97))
      })
    await using peer = startSite(
      (request) =>
        none(request) ?? new Response(endless(), { headers: { "content-type": "text/plain" } }),
    )
    const refused = await rejection(fetchPage(peer.url, reach()))
    expect(refused).toMatchObject({ name: "FileTooLargeError" })
    expect(sent).toBeLessThan(64 * 1024 ** 2)
  })

  test("one that unpacks to more than allowed", async () => {
    const bomb = gzipSync(new Uint8Array(100 * 1024 ** 2))
    const headers = { "content-type": "text/html", "content-encoding": "gzip" }
    await using peer = startSite((request) => none(request) ?? new Response(bomb, { headers }))
    const refused = await rejection(fetchPage(peer.url, reach()))
    expect(refused).toMatchObject({ name: "FileTooLargeError", details: { max_bytes: 1024 ** 2 } })
  })

  test("one that drips", async () => {
    const { promise: never } = Promise.withResolvers<void>()
    const slow = () =>
      body(async (controller) => {
        await Promise.race([Bun.sleep(20), never])
        controller.enqueue(new Uint8Array([97]))
      })
    const headers = { "content-type": "text/html" }
    await using peer = startSite((request) => none(request) ?? new Response(slow(), { headers }))
    const refused = await rejection(fetchPage(peer.url, reach({ total_ms: 500 })))
    expect(refused).toMatchObject({
      name: "DocumentProcessingError",
      message: expect.stringContaining("too long"),
    })
  })

  test("one that is silent, before and in its answer", async () => {
    for (const words of [
      "",
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\na",
    ]) {
      const peer = createServer((socket) => {
        socket.on("error", () => {})
        socket.once("data", (data) => {
          const isRobots = String(data).includes("/robots.txt")
          const missing = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          socket.write(isRobots ? missing : words)
        })
      })
      await new Promise<void>((resolve) => peer.listen(0, site, resolve))
      const { port } = peer.address() as { port: number }
      const refused = await rejection(fetchPage(`http://${site}:${port}/`, reach({ idle_ms: 200 })))
      expect(refused).toMatchObject({
        name: "DocumentProcessingError",
        message: expect.stringContaining("silent"),
      })
      peer.close()
    }
  })

  test("one that redirects for ever", async () => {
    await using peer = startSite(
      (request) =>
        none(request) ??
        new Response("", { status: 302, headers: { location: `${request.url}x` } }),
    )
    const refused = await rejection(fetchPage(`${peer.url}/a`, reach()))
    expect(refused).toMatchObject({ message: expect.stringContaining("more than 5 times") })
    expect(peer.paths().filter((path) => path !== "/robots.txt")).toHaveLength(6)
  })
})
