import { expect, test } from "bun:test"
import { text } from "node:stream/consumers"
import type { PeerConnection } from "../src/platform/peers/connection"
import { linuxSockets } from "../src/platform/peers/linux"
import { lsofSockets } from "../src/platform/peers/lsof"
import { createPeers, type Peer } from "../src/platform/peers/peers"
import { startChild } from "../src/platform/processes/child"

const isLinux = process.platform === "linux"
const hasLsof = Bun.which("lsof") !== null

/** A server that tells each client who it is, and the system's name for its connection. */
function mirror(hostname: string) {
  const peers = createPeers()
  const seen: PeerConnection[] = []
  const server = Bun.serve({
    ...{ hostname, port: 0, reusePort: false },
    async fetch(request, server) {
      const client = server.requestIP(request)
      if (!client || !server.port) throw new Error("This request came over no connection.")
      const connection = { client, serverPort: server.port }
      seen.push(connection)
      const [peer, program] = [await peers.find(connection), await peers.identify(connection)]
      return Response.json({ peer, program })
    },
  })
  return { port: server.port, seen, [Symbol.asyncDispose]: () => server.stop(true) }
}

type Told = { peer: Peer; program?: { name: string; pid: number } }

const hosts: [string, string, string][] = [
  ["IPv4", "127.0.0.1", "127.0.0.1"],
  ["IPv6", "::1", "[::1]"],
  ["IPv4 at a server of both", "::", "127.0.0.1"],
  ["another loopback address", "0.0.0.0", "127.8.7.6"],
]
test.skipIf(!isLinux).each(hosts)("a client is found over %s", async (_, bound, host) => {
  await using at = mirror(bound)
  const url = `http://${host}:${at.port}`
  const own: Told = await (await fetch(url)).json()
  expect(own).toMatchObject({ peer: { kind: "program" }, program: { pid: process.pid } })
  const curl = Bun.spawn(["curl", "-s", url], { stdout: "pipe" })
  expect(await new Response(curl.stdout).json()).toMatchObject({
    ...{ peer: { kind: "program" }, program: { name: "curl", pid: curl.pid } },
  })
})

test.skipIf(!isLinux)("a socket that a run handed on still belongs to the run", async () => {
  await using at = mirror("127.0.0.1")
  const asks = "printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
  const script = `exec 3<>/dev/tcp/127.0.0.1/${at.port}; (setsid env -i bash -c "${asks}" &); exec 3>&-; sleep 1000`
  const ending = new AbortController()
  const env = { PATH: process.env.PATH ?? "" }
  const child = await startChild({
    ...{ argv: ["bash", "-c", script], cwd: "/", env, signal: ending.signal },
  })
  let said = ""
  for await (const bytes of child.stdout) {
    said += bytes
    if (said.endsWith("}")) break
  }
  expect(said).toContain('"kind":"run"')
  ending.abort()
  await child.exited
})

test.skipIf(!isLinux)(
  "the list of all sockets agrees with the kernel's answer for one",
  async () => {
    await using at = mirror("127.0.0.1")
    const response = await fetch(`http://127.0.0.1:${at.port}`)
    const [connection] = at.seen
    if (!connection) throw new Error("Nobody came.")
    const [asked, listed] = [linuxSockets(), linuxSockets(() => undefined)]
    const id = (await asked.find(connection))?.id
    expect(id).toMatch(/^socket:\[\d+\]$/)
    expect((await listed.find(connection))?.id).toBe(id)
    const nobody = { ...connection, client: { ...connection.client, port: 1 } }
    expect(await asked.find(nobody)).toBeUndefined()
    expect(await listed.find(nobody)).toBeUndefined()
    await response.text()
  },
)

test.skipIf(!hasLsof)(
  "lsof names who holds the client's end, and not who holds the server's",
  async () => {
    await using at = mirror("127.0.0.1")
    const script = `exec 3<>/dev/tcp/127.0.0.1/${at.port}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; read -r line <&3; echo "$line"; read -r wait`
    const client = Bun.spawn(["bash", "-c", script], { stdin: "pipe", stdout: "pipe" })
    await client.stdout.getReader().read()
    const [connection] = at.seen
    const socket = connection && (await lsofSockets.find(connection))
    expect(socket?.isHeldBy(client.pid)).toBe(true)
    expect(socket?.isHeldBy(process.pid)).toBe(false)
    client.kill()
  },
)

test("a client on another machine is not looked up", async () => {
  const remote = { client: { address: "203.0.113.7", port: 5000 }, serverPort: 80 }
  expect(await createPeers().find(remote)).toEqual({ kind: "unknown" })
  expect(await createPeers().identify(remote)).toBeUndefined()
})

test.skipIf(!isLinux)(
  "every program started by a run has the run's marker in its environment",
  async () => {
    const env = { PATH: process.env.PATH ?? "" }
    const child = await startChild({ argv: ["sh", "-c", "echo $AMELIA_CHILD; cat"], cwd: "/", env })
    const said = await text(child.stdout)
    expect(said.trim()).toMatch(/^[0-9a-f-]{36}$/)
  },
)
