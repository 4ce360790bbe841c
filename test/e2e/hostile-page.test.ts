import { expect, test } from "bun:test"
import { join } from "node:path"
import pino from "pino"
import type { Page } from "playwright-core"
import { type Client, createClient } from "../../src/ways-in/client/client"
import { browserPath, launchBrowser } from "../support/browser"
import { emptyHome } from "../support/database"
import { testServer } from "../support/server"

const token = "a-long-random-text"
const inner = "<!doctype html><title>Evil</title><body></body>"
const evil = `${inner}<iframe sandbox="allow-scripts" src="/inner"></iframe>`
const flags = [
  // An attacker's name server can map all these names to us.
  "--host-resolver-rules=MAP *.test 127.0.0.1",
  // Chromium's own protection of loopback is off, because other browsers lack it.
  "--disable-features=LocalNetworkAccessChecks",
]

test.skipIf(!browserPath).each([
  ["without a token", {}],
  ["with a token, in a browser that is logged in", { AMELIA_TOKEN: token }],
])("a page of another origin can neither read nor change anything, %s", async (_, settings) => {
  const { log, requests } = watchedLog()
  await using server = await testServer({ settings, log })
  const client = createClient({ url: server.url, token })
  await client.createWorkflow({ name: "Mine", preset: "discovery_design_planning" })
  const before = await stateOf(client)
  await using other = Bun.serve({ port: 0, fetch: hostile })
  await using browser = await launchBrowser(...flags)
  const page = await browser.newPage()
  await logIn(page, server.url)
  requests.length = 0

  await using folder = await emptyHome()
  await Bun.write(join(folder.home, "evil.html"), inner)
  const crossSite = `http://evil.test:${other.port}/`
  const sameSite = `http://127.0.0.1:${other.port}/`
  for (const place of [crossSite, sameSite, `file://${folder.home}/evil.html`]) {
    await page.goto(place)
    expect(await page.evaluate(attack, server.url), place).toEqual(refused)
    expect(await isFramed(page, server.url), place).toBe(false)
    expect(await isReachedByOpener(page, server.url), place).toBe(false)
  }
  await page.goto(sameSite)
  const [, sandboxed] = page.frames()
  expect(await sandboxed?.evaluate(attack, server.url), "a null origin").toEqual(refused)
  const rebound = await rebind(page, server.url)
  expect(await page.evaluate(attack, rebound), "DNS rebinding").toEqual(refused)

  const beacons = () => requests.filter(({ path }) => path === "/logout")
  while (beacons().length < 5) await Bun.sleep(20)
  const passed = requests.filter(({ method, status_code }) => {
    return method !== "GET" && method !== "OPTIONS" && status_code !== 403
  })
  expect(passed).toEqual([])
  const sockets = requests.filter(({ path }) => path === "/ws")
  expect(sockets.map(({ status_code }) => status_code)).toEqual([403, 403, 403, 403, 403])
  expect(await stateOf(client)).toEqual(before)
})

const refused = {
  read: "refused",
  readBlindly: "refused",
  readWithCookie: "refused",
  json: "refused",
  simplePost: "refused",
  blindPost: "refused",
  form: "refused",
  events: "refused",
  socket: "refused",
  script: "refused",
  ownScript: "refused",
  style: "refused",
  image: "refused",
  worker: "refused",
}

/** Runs in the hostile page: tries every attack that needs no inside knowledge. */
async function attack(url: string): Promise<Record<string, string>> {
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work()
      return "done"
    } catch {
      return "refused"
    }
  }
  const ask = (path: string, init?: RequestInit) =>
    attempt(async () => {
      const response = await fetch(url + path, init)
      if (!response.ok && response.type !== "opaque") throw new Error("It was refused.")
    })
  const opened = (source: EventSource | WebSocket) =>
    attempt(
      () =>
        new Promise((resolve, reject) => {
          source.onopen = resolve
          source.onerror = reject
        }),
    )
  const loaded = (name: "script" | "link" | "img", address: Record<string, string>) =>
    attempt(() => {
      const element = Object.assign(document.createElement(name), address)
      document.body.append(element)
      return new Promise((resolve, reject) => {
        element.onload = resolve
        element.onerror = reject
      })
    })
  const body = JSON.stringify({ name: "Evil", preset: "discovery_design_planning" })
  const post = (type: string, init = {}) =>
    ask("/api/workflows", { method: "POST", body, headers: { "Content-Type": type }, ...init })
  const upload = new FormData()
  upload.append("file", new File(["# Evil\n\nIt got in."], "evil.md"))
  const withCookie = { credentials: "include" } as const
  const results = {
    read: await ask("/api/workflows"),
    readBlindly: await ask("/api/workflows", { mode: "no-cors", ...withCookie }),
    readWithCookie: await ask("/api/workflows", withCookie),
    json: await post("application/json", withCookie),
    simplePost: await post("text/plain", withCookie),
    blindPost: await post("text/plain", { mode: "no-cors", ...withCookie }),
    form: await ask("/documents", { method: "POST", mode: "no-cors", body: upload, ...withCookie }),
    events: await opened(new EventSource(`${url}/api/events`, { withCredentials: true })),
    socket: await opened(new WebSocket(`${url.replace("http", "ws")}/ws`)),
    script: await loaded("script", { src: `${url}/api/workflows` }),
    ownScript: await loaded("script", { src: `${url}/static/time.js` }),
    style: await loaded("link", { rel: "stylesheet", href: `${url}/static/base.css` }),
    image: await loaded("img", { src: `${url}/static/favicon.svg` }),
    worker: await attempt(() => navigator.serviceWorker.register(`${url}/static/time.js`)),
  }
  navigator.sendBeacon(`${url}/logout`, new URLSearchParams({ all: "1" }))
  return results
}

/** Returns whether our page shows in a frame of the hostile page. */
async function isFramed(page: Page, url: string): Promise<boolean> {
  await page.evaluate(async (url) => {
    const frame = document.createElement("iframe")
    frame.src = url
    const loaded = new Promise((resolve) => {
      frame.onload = resolve
    })
    document.body.append(frame)
    await loaded
  }, url)
  return page.frames().some((frame) => frame.url().startsWith(url))
}

/** Returns whether the hostile page and a window it opens on ours can reach each other. */
async function isReachedByOpener(page: Page, url: string): Promise<boolean> {
  const popping = page.waitForEvent("popup")
  const handle = await page.evaluateHandle((url) => window.open(url), url)
  const popup = await popping
  await popup.waitForURL(`${url}/**`)
  const knowsOpener = await popup.evaluate(() => window.opener !== null)
  const isKnown = await handle.evaluate((opened) => opened !== null && !opened.closed)
  await popup.close()
  return knowsOpener || isKnown
}

/** Opens a page of the attacker, then points its host name to our server (DNS rebinding). */
async function rebind(page: Page, url: string): Promise<string> {
  const origin = `http://rebound.test:${new URL(url).port}`
  await page.route(`${origin}/`, (route) => route.fulfill({ body: inner, headers: html }))
  await page.goto(`${origin}/`)
  return origin
}

const html = { "Content-Type": "text/html" }

function hostile(request: Request): Response {
  return new Response(new URL(request.url).pathname === "/" ? evil : inner, { headers: html })
}

/** Logs in. Without a token, this shows the home page. */
async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(url)
  if (!page.url().includes("/login")) return
  await page.getByLabel("Token").fill(token)
  await page.getByLabel("Token").press("Enter")
  await page.waitForURL(`${url}/`)
}

async function stateOf(client: Client) {
  return Promise.all([client.listWorkflows(), client.listDocuments(), client.listRuns()])
}

type Logged = { method: string; path: string; status_code: number }

/** A log that collects the requests it reports. */
function watchedLog() {
  const requests: Logged[] = []
  const write = (line: string) => {
    const { event, method, path, status_code } = JSON.parse(line)
    if (event === "http.request") requests.push({ method, path, status_code })
  }
  return { log: pino({}, { write }), requests }
}
