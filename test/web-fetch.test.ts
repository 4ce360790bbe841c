import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { fetchPage } from "../src/features/documents/web/fetch"
import { unlessPublic } from "../src/platform/net/address"
import { rejection } from "./support/rejection"
import { type TestServer, testServer } from "./support/server"
import { html, none, reach, site, startListener, startSite } from "./support/web-peer"

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe("no packet reaches", () => {
  test("an address of this machine, however it is written", async () => {
    await using v4 = await startListener("127.0.0.1")
    await using v6 = await startListener("::1", v4.port)
    const forms = [
      ...["127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1"],
      ...["017700000001", "0", "0.0.0.0", "127.0.0.1.", "１２７.０.０.１", "127。0。0。1"],
      ...["localhost", "LOCALHOST"],
      ...["[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
      ...["[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::ffff:0:127.0.0.1]"],
    ]
    for (const host of forms) {
      for (const path of ["/", "/robots.txt"]) {
        const refused = await rejection(server.client.scrape(`http://${host}:${v4.port}${path}`))
        expect(refused, host).toMatchObject({ status: 403, name: "ForbiddenUrlError" })
      }
    }
    expect([v4.connections(), v6.connections()]).toEqual([0, 0])
  })

  test("an address where a redirect leads that may not be read", async () => {
    await using secret = await startListener("127.0.0.1")
    const targets = [
      `http://127.0.0.1:${secret.port}/`,
      `http://localhost:${secret.port}/`,
      `http://2130706433:${secret.port}/`,
      `http://[::ffff:127.0.0.1]:${secret.port}/`,
      `//127.0.0.1:${secret.port}/`,
      `http://user:secret@127.0.0.1:${secret.port}/`,
      `ftp://127.0.0.1:${secret.port}/`,
      "file:///etc/passwd",
      "http://169.254.169.254/latest/meta-data/",
    ]
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of targets) {
        await using peer = startSite(
          (request) => none(request) ?? new Response("", { status, headers: { location } }),
        )
        const refused = await rejection(fetchPage(peer.url, reach()))
        expect(refused, location).toMatchObject({ name: "ForbiddenUrlError" })
      }
    }
    expect(secret.connections()).toBe(0)
  })

  test("where a redirect of a robots.txt leads that may not be read", async () => {
    await using secret = await startListener("127.0.0.1")
    const headers = { location: `http://127.0.0.1:${secret.port}/` }
    await using peer = startSite(() => new Response("", { status: 302, headers }))
    const refused = await rejection(fetchPage(peer.url, reach()))
    expect(refused).toMatchObject({ name: "ForbiddenUrlError" })
    expect(secret.connections()).toBe(0)
  })

  test("an address that a name has only the second time: the first is connected to", async () => {
    await using peer = startSite((request) => none(request) ?? html("<p>public</p>"))
    await using secret = await startListener("127.0.0.1", peer.port)
    let times = 0
    const lookup = async () => [{ address: ++times % 2 === 1 ? site : "127.0.0.1", family: 4 }]
    const refused = await rejection(
      fetchPage(`http://rebinding.test:${peer.port}/`, reach({ lookup })),
    )
    // Once for its robots.txt, which is read; once for the page, which is not.
    expect(refused).toMatchObject({ name: "ForbiddenUrlError" })
    expect([times, peer.paths(), secret.connections()]).toEqual([2, ["/robots.txt"], 0])
  })

  test("a name of which one address of several may not be read", async () => {
    await using peer = startSite(() => html("<p>public</p>"))
    const addresses = [site, "127.0.0.1"].map((address) => ({ address, family: 4 }))
    const lookup = async () => addresses
    const refused = await rejection(fetchPage(`http://both.test:${peer.port}/`, reach({ lookup })))
    expect(refused).toMatchObject({ name: "ForbiddenUrlError", details: { address: "127.0.0.1" } })
    expect(peer.asked).toEqual([])
  })

  test("a proxy of the environment", async () => {
    await using proxy = await startListener("127.0.0.1")
    await using peer = startSite((request) => none(request) ?? html("<p>direct</p>"))
    const before = { ...process.env }
    const settings = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "" }
    Object.assign(process.env, settings, { http_proxy: settings.HTTP_PROXY, no_proxy: "" })
    try {
      expect((await fetchPage(peer.url, reach())).type).toBe("html")
    } finally {
      for (const name of ["HTTP_PROXY", "NO_PROXY", "http_proxy", "no_proxy"]) {
        if (before[name] === undefined) delete process.env[name]
        else process.env[name] = before[name]
      }
    }
    expect(proxy.connections()).toBe(0)
  })
})

test("each range that is not the public internet is forbidden, and what is public is not", () => {
  const forbidden = [
    ...["0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254"],
    ...["169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1"],
    ...["192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255"],
    ...[
      "240.0.0.1",
      "255.255.255.255",
      "::",
      "::1",
      "::ffff:10.0.0.1",
      "::ffff:8.8.8.8",
      "::8.8.8.8",
    ],
    ...["64:ff9b::8.8.8.8", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::"],
    ...["fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1"],
  ]
  for (const address of forbidden) expect(unlessPublic(address), address).toBeString()
  const allowed = ["8.8.8.8", "1.1.1.1", "100.128.0.1", "172.32.0.1", "2606:4700:4700::1111"]
  for (const address of allowed) expect(unlessPublic(address), address).toBeUndefined()
})

test("what is no address of a web page is refused with 400, and one with credentials with 403", async () => {
  for (const url of [
    "ftp://example.com/",
    "file:///etc/passwd",
    "javascript:1",
    "data:text/html,x",
    "x",
    "//a",
  ]) {
    const refused = await rejection(server.client.scrape(url))
    expect(refused, url).toMatchObject({ status: 400, name: "ValidationError" })
  }
  for (const url of ["http://me@example.com/", "https://me:secret@example.com/"]) {
    const refused = await rejection(server.client.scrape(url))
    expect(refused).toMatchObject({ status: 403, message: expect.stringContaining("password") })
    expect(JSON.stringify(refused)).not.toContain("secret@")
  }
})

test("a robots.txt is kept to: what it forbids us is not asked for, also after a redirect", async () => {
  const rules = "User-agent: *\nDisallow: /private\n\nUser-agent: Amelia\nDisallow: /not-you\n"
  await using peer = startSite((request) => {
    const { pathname } = new URL(request.url)
    if (pathname === "/robots.txt") return new Response(rules)
    const headers = { location: "/not-you/page" }
    return pathname === "/moved" ? new Response("", { status: 302, headers }) : html("<p>here</p>")
  })
  for (const path of ["/not-you/page", "/moved"]) {
    const refused = await rejection(fetchPage(peer.url + path, reach()))
    expect(refused).toMatchObject({
      name: "ForbiddenUrlError",
      message: expect.stringContaining("does not allow"),
    })
  }
  expect(await fetchPage(`${peer.url}/private`, reach())).toMatchObject({ type: "html" })
  expect(peer.paths()).toEqual(["/robots.txt", "/robots.txt", "/moved", "/robots.txt", "/private"])
  expect(peer.asked[0]?.headers.get("user-agent")).toMatch(/^Amelia\//)
})

test("where the robots.txt can't be had for now, the page is not read", async () => {
  await using peer = startSite(() => new Response("", { status: 503 }))
  const refused = await rejection(fetchPage(peer.url, reach()))
  expect(refused).toMatchObject({
    name: "ForbiddenUrlError",
    message: expect.stringContaining("503"),
  })
})

test("a page keeps its name in what it is asked by, and its address at the end", async () => {
  await using peer = startSite((request) => {
    const { pathname } = new URL(request.url)
    const headers = { location: "/new?a=1#part" }
    return (
      none(request) ??
      (pathname === "/old" ? new Response("", { status: 301, headers }) : html("<p>x</p>"))
    )
  })
  const lookup = async () => [{ address: site, family: 4 }]
  const page = await fetchPage(`http://docs.test:${peer.port}/old`, reach({ lookup }))
  expect(page).toMatchObject({ url: `http://docs.test:${peer.port}/new?a=1`, charset: "utf-8" })
  const hosts = peer.asked.map(({ headers }) => headers.get("host"))
  expect(new Set(hosts)).toEqual(new Set([`docs.test:${peer.port}`]))
})

test("what is no text, or not there, is refused with a sentence", async () => {
  await using peer = startSite((request) => {
    const { pathname } = new URL(request.url)
    if (pathname === "/gone") return html("", { status: 410 })
    return none(request) ?? new Response("x", { headers: { "content-type": "image/png" } })
  })
  expect(await rejection(fetchPage(`${peer.url}/gone`, reach()))).toMatchObject({
    ...{ name: "DocumentProcessingError", message: expect.stringContaining("410") },
  })
  expect(await rejection(fetchPage(peer.url, reach()))).toMatchObject({
    ...{ name: "InvalidFileTypeError", message: expect.stringContaining("image/png") },
  })
})

test("a Google document is read through its export, and keeps the address that was given", async () => {
  const path = "/document/d/1AbCdEfGhIjKlMnOp"
  await using peer = startSite((request) => {
    const { pathname, search } = new URL(request.url)
    return pathname + search === `${path}/export?format=html`
      ? html("<p>doc</p>")
      : html("", { status: 404 })
  })
  const lookup = async () => [{ address: site, family: 4 }]
  const url = `http://docs.google.com:${peer.port}${path}/edit`
  const page = await fetchPage(`${url}#heading=h.1`, reach({ lookup }))
  expect({ ...page, bytes: String(Buffer.from(page.bytes)) }).toMatchObject({
    url,
    bytes: "<p>doc</p>",
  })
})
