import { expect, test } from "bun:test"
import { connect } from "node:net"
import { networkInterfaces } from "node:os"
import { join } from "node:path"
import { linesOf } from "../src/platform/processes/lines"
import { openProxy } from "../src/platform/processes/sandbox/proxy"
import { testRepository } from "./support/repository"
import { canSandbox, confined, skipped, startConfined, testFolder } from "./support/sandbox"

const testConfined = test.skipIf(!canSandbox)
const outside = { network: "outside" } as const

/** A loopback server that counts its clients. */
function loopbackServer() {
  const requests: string[] = []
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    async fetch(request) {
      const { pathname } = new URL(request.url)
      requests.push(`${request.method} ${pathname} ${(await request.bytes()).length}`)
      return new Response(`from ${request.headers.get("host")}`)
    },
  })
  const pair = `127.0.0.1:${server.port}`
  return { requests, pair, url: `http://${pair}`, [Symbol.dispose]: () => void server.stop(true) }
}

/** Written in Bash, because nc is not everywhere. */
const rawRequest = (port: string) =>
  `bash --norc -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && printf "GET /raw HTTP/1.0\\r\\nHost: here\\r\\n\\r\\n" >&3 && cat <&3'`

const ways = (url: string) => [
  rawRequest(url.split(":").at(-1)!),
  `curl --silent --max-time 5 ${url}/direct`,
  `curl --silent --max-time 5 --noproxy '' --proxy "$HTTP_PROXY" ${url}/proxied`,
  `curl --silent --max-time 5 --noproxy '' --proxytunnel --proxy "$HTTP_PROXY" ${url}/tunnelled`,
]

testConfined(`a server on loopback is not reached in any way${skipped}`, async () => {
  using server = loopbackServer()
  for (const way of ways(server.url)) {
    for (const network of ["none", "outside"] as const) {
      expect((await confined(way, { network })).out).not.toContain("from")
    }
  }
  expect(server.requests).toEqual([])
})

testConfined(`one that is named is reached in every way, and no other one${skipped}`, async () => {
  using server = loopbackServer()
  using other = loopbackServer()
  const policy = { ...outside, reachable: [server.pair] }
  const script = [...ways(server.url), ...ways(other.url)].join("; ")
  const { out } = await confined(script, policy)
  expect(server.requests.map((it) => it.split(" ")[1])).toEqual([
    ...["/raw", "/direct", "/proxied", "/tunnelled"],
  ])
  expect(out.match(/from/g)).toHaveLength(4)
  expect(other.requests).toEqual([])
})

testConfined(`bodies pass whole in both directions, and as they come${skipped}`, async () => {
  const size = 10_000_000
  const { promise: said, resolve: say } = Promise.withResolvers<void>()
  using server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    async fetch(request) {
      if (request.method === "POST") return new Response(await request.bytes())
      // The second part is sent when the first one was read.
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue("first\n")
          await said
          controller.enqueue("second\n")
          controller.close()
        },
      })
      return new Response(body)
    },
  })
  const pair = `127.0.0.1:${server.port}`
  const policy = { ...outside, reachable: [pair] }
  const curl = `curl --silent --no-buffer --noproxy '' --proxy "$HTTP_PROXY" http://${pair}/`
  const stdin = new Uint8Array(size).fill(97)
  const echoed = await confined(`${curl} --data-binary @-`, policy, { stdin })
  expect(echoed.out.length).toBe(size)
  const child = await startConfined(curl, policy)
  const lines: string[] = []
  for await (const line of linesOf(child.stdout)) {
    lines.push(line ?? "")
    say()
  }
  expect(lines).toEqual(["first", "second"])
})

const refused = [
  ...["10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"],
  ...["[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]"],
  ...["localhost", "2130706433", "0x7f.1", "127.1"],
]

/** The proxy's answer to these bytes. */
async function ask(socket: string, request: string): Promise<string> {
  const client = connect(socket)
  client.write(request)
  let answer = ""
  for await (const chunk of client) answer += chunk
  return answer
}

async function testProxy(reachable: string[] = []) {
  const at = await testFolder()
  const socket = join(at.path, "proxy")
  const proxy = await openProxy(socket, reachable)
  return {
    socket,
    close: proxy.close,
    async [Symbol.asyncDispose]() {
      proxy.close()
      await at[Symbol.asyncDispose]()
    },
  }
}

test("the proxy refuses addresses outside the public internet, however they are written", async () => {
  await using proxy = await testProxy()
  const own = Object.values(networkInterfaces()).flatMap((them) => them ?? [])
  const all = [...refused, ...own.flatMap((it) => (it.family === "IPv4" ? it.address : []))]
  for (const host of all) {
    for (const request of [`CONNECT ${host}:80 HTTP/1.1`, `GET http://${host}/ HTTP/1.1`]) {
      const answer = await ask(proxy.socket, `${request}\r\n\r\n`)
      expect([request, answer.split("\r\n")[0]]).toEqual([request, "HTTP/1.1 403 Forbidden"])
    }
  }
})

test("the proxy refuses invalid requests and continues", async () => {
  await using proxy = await testProxy()
  const wrong = [
    ...["GET / HTTP/1.1", "CONNECT here HTTP/1.1", "CONNECT a@127.0.0.1:80 HTTP/1.1", "nonsense"],
    ...[
      "GET https://example.com/ HTTP/1.1",
      "GET file:///etc/passwd HTTP/1.1",
      "CONNECT * HTTP/1.1",
    ],
  ]
  for (const request of wrong) {
    expect(await ask(proxy.socket, `${request}\r\n\r\n`)).toStartWith("HTTP/1.1 400")
  }
  expect(await ask(proxy.socket, "x".repeat(100_000))).toStartWith("HTTP/1.1 502")
})

test("a request can't smuggle a second one to another host, or another name", async () => {
  using server = loopbackServer()
  using other = loopbackServer()
  await using proxy = await testProxy([server.pair])
  const first = `GET ${server.url}/a HTTP/1.1\r\nHost: ${other.pair}\r\nConnection: keep-alive\r\n\r\n`
  const answer = await ask(proxy.socket, `${first}GET ${other.url}/b HTTP/1.1\r\n\r\n`)
  expect(answer).toContain(`from ${server.pair}`)
  expect(other.requests).toEqual([])
})

test("closing the proxy ends its connections", async () => {
  const at = { hostname: "127.0.0.1", port: 0 }
  using server = Bun.listen({ ...at, socket: { data() {} } })
  const pair = `127.0.0.1:${server.port}`
  await using proxy = await testProxy([pair])
  const client = connect(proxy.socket)
  client.write(`CONNECT ${pair} HTTP/1.1\r\n\r\n`)
  const heard = client[Symbol.asyncIterator]()
  expect(`${(await heard.next()).value}`).toStartWith("HTTP/1.1 200")
  proxy.close()
  expect((await heard.next()).done).toBe(true)
})

testConfined(`git fetches through the proxy${skipped}`, async () => {
  await using repo = await testRepository()
  await repo.git("update-server-info")
  using server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: ({ url }) => new Response(Bun.file(join(repo.path, ".git", new URL(url).pathname))),
  })
  const url = `http://127.0.0.1:${server.port}/`
  const clone = `git -c http.proxy="$HTTP_PROXY" clone --quiet ${url} /tmp/clone && cat /tmp/clone/a.txt`
  const named = { ...outside, reachable: [new URL(url).host] }
  expect(await confined(`export NO_PROXY= no_proxy=; ${clone}`, named)).toMatchObject({
    out: "one",
  })
  expect((await confined(`export NO_PROXY= no_proxy=; ${clone}`, outside)).code).toBe(128)
})
