import { expect, test } from "bun:test"
import { readConfig } from "../src/platform/config/config"
import { webSocketHandler } from "../src/platform/events/websocket"
import { listen } from "../src/platform/http/listen"
import { start } from "./support/amelia"
import { freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { rejection } from "./support/rejection"

test("a port has one server: another home's is refused, and told who uses it", async () => {
  await using mine = await freshHome()
  await using theirs = await freshHome()
  await using server = await serveProcess({ home: mine.home })
  const { host, port } = new URL(server.url)
  const second = start(["serve", "--port", port], theirs)
  const said = await new Response(second.stderr).text()
  expect(said).toContain(
    `Amelia for ${mine.home} (process ${server.pid}) already listens on ${host}. ` +
      "Choose another port with --port.",
  )
  expect(await second.exited).toBe(2)
  expect(await server.client.live()).toEqual({ alive: true })
})

const hosts = ["127.0.0.1", "::1", "localhost", "0.0.0.0", "::"].filter(isHere)
const pairs = hosts.flatMap((first) => hosts.map((second) => [first, second] as const))

test.each(pairs)("with a server on %s, localhost gets no other one on %s", async (first, host) => {
  using other = Bun.serve({ hostname: first, port: 0, fetch: nothing })
  const settings = { AMELIA_HOST: host, AMELIA_TOKEN: "a-token-for-tests", PORT: `${other.port}` }
  const { config } = await readConfig({ env: { AMELIA_HOME: "/nowhere", ...settings } })
  const refused = await rejection(listen(config, nothing, webSocketHandler))
  const details = { host, pid: process.pid }
  expect(refused).toMatchObject({ name: "ConfigurationError", details })
  expect(refused.message).toMatch(/ already listens on (127\.0\.0\.1|\[::1\]):\d+\. /)
})

function nothing(): Response {
  return new Response()
}

/** Some machines have no IPv6. */
function isHere(hostname: string): boolean {
  try {
    Bun.serve({ hostname, port: 0, fetch: nothing }).stop(true)
    return true
  } catch {
    return false
  }
}
