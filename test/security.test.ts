import { expect, test } from "bun:test"
import { testServer } from "./support/server"

const workflow = { name: "Mine", preset: "discovery_design_planning" }

function create(headers: Record<string, string>): RequestInit {
  const body = JSON.stringify(workflow)
  return { method: "POST", body, headers: { "Content-Type": "application/json", ...headers } }
}

test("a request for another host name is refused on every route, so DNS rebinding reads nothing", async () => {
  await using server = await testServer()
  for (const path of ["/", "/live", "/api", "/api/workflows", "/static/base.css", "/nowhere"]) {
    const response = await server.fetch(path, { headers: { Host: "evil.example" } })
    expect(response.status, path).toBe(403)
    expect(await response.json()).toMatchObject({ error: "ForbiddenHostError", path })
  }
})

test("loopback names and ALLOWED_HOSTS are served", async () => {
  await using server = await testServer({ settings: { ALLOWED_HOSTS: "amelia.test" } })
  const port = new URL(server.url).port
  for (const host of [`localhost:${port}`, `[::1]:${port}`, "127.0.0.1", "Amelia.test"]) {
    const response = await server.fetch("/api", { headers: { Host: host } })
    expect(response.status, host).toBe(200)
  }
  // A proxy with TLS is in front of an added name, and of nothing else.
  const from = async (host: string, origin: string) =>
    (await server.fetch("/api/workflows", create({ Host: host, Origin: origin }))).status
  expect(await from("amelia.test", "https://amelia.test")).toBe(201)
  expect(await from("amelia.test", "https://other.test")).toBe(403)
  expect(await from("amelia.test", "https://amelia.test:8443")).toBe(403)
  expect(await from(`localhost:${port}`, `https://localhost:${port}`)).toBe(403)
})

test("a page on another origin can't change anything, however it asks", async () => {
  await using server = await testServer()
  const foreign: Record<string, string>[] = [
    { Origin: "http://evil.example" },
    { Origin: "null" },
    { Origin: "http://localhost:1" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ]
  for (const headers of foreign) {
    const response = await server.fetch("/api/workflows", create(headers))
    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ error: "ForbiddenOriginError" })
  }
  expect(await server.client.listWorkflows()).toEqual([])
})

test("the server's own pages may change things", async () => {
  await using server = await testServer()
  const own = { Origin: server.url, "Sec-Fetch-Site": "same-origin" }
  expect((await server.fetch("/api/workflows", create(own))).status).toBe(201)
})

test("no answer lets another origin read it, and pages run no inline script", async () => {
  await using server = await testServer()
  const headers = { Accept: "text/html", Origin: "http://evil.example" }
  for (const path of ["/", "/api", "/documents"]) {
    const response = await server.fetch(path, { headers })
    expect(response.headers.get("access-control-allow-origin")).toBeNull()
    const policy = response.headers.get("content-security-policy")
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toContain("unsafe")
  }
})

test("with a token, every route except /live, /login and static files requires it", async () => {
  const token = "a-long-random-text"
  await using server = await testServer({ settings: { AMELIA_TOKEN: token } })
  const ask = async (path: string, authorization?: string) => {
    const headers: Record<string, string> = authorization ? { Authorization: authorization } : {}
    return (await server.fetch(path, { headers })).status
  }
  for (const path of ["/", "/health", "/ready", "/api/workflows", "/api/events", "/nowhere"]) {
    expect(await ask(path), path).toBe(401)
    expect(await ask(path, "Bearer wrong"), path).toBe(401)
  }
  expect(await ask("/api/workflows", `Bearer ${token}`)).toBe(200)
  expect(await ask("/live")).toBe(200)
  expect(await ask("/login")).toBe(200)
  expect(await ask("/static/base.css")).toBe(200)
})
