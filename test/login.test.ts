import { expect, test } from "bun:test"
import fc from "fast-check"
import { nextPath } from "../src/features/login/next-path"
import { freshData } from "./support/database"
import { type TestServer, testServer } from "./support/server"

const token = "a-long-random-text"
const page = { Accept: "text/html" }

const protectedServer = (secret = token) => testServer({ settings: { AMELIA_TOKEN: secret } })

function logIn(server: TestServer, fields: Record<string, string>, headers = page) {
  const body = new URLSearchParams(fields)
  return server.fetch("/login", { method: "POST", body, headers, redirect: "manual" })
}

/** Name and value, as a browser sends them back. */
function cookieOf(response: Response): string {
  return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? ""
}

test("the token buys a cookie that opens pages and the API, and is not the token", async () => {
  await using server = await protectedServer()
  const answer = await logIn(server, { token: ` ${token} `, next: "/documents?q=a" })
  expect(answer.status).toBe(303)
  expect(answer.headers.get("location")).toBe("/documents?q=a")
  const set = answer.headers.get("set-cookie") ?? ""
  for (const word of ["HttpOnly", "SameSite=Strict", "Path=/;"]) expect(set).toContain(word)
  expect(set).not.toContain(token)

  const Cookie = cookieOf(answer)
  for (const path of ["/", "/api/workflows", "/documents"]) {
    const opened = await server.fetch(path, { headers: { ...page, Cookie }, redirect: "manual" })
    expect(opened.status, path).toBe(200)
  }
  const again = await server.fetch("/login", { headers: { Cookie }, redirect: "manual" })
  expect(again.headers.get("location"), "there is no need to log in twice").toBe("/")
})

test("a cookie for another token, an invented one, and the token as a cookie open nothing", async () => {
  await using other = await protectedServer("another-long-text")
  const foreign = cookieOf(await logIn(other, { token: "another-long-text" }))
  await using server = await protectedServer()
  for (const Cookie of [foreign, `amelia_session=${token}`, "amelia_session=", "x=y"]) {
    expect((await server.fetch("/api/workflows", { headers: { Cookie } })).status).toBe(401)
  }
})

test("a browser is redirected to the login and back, everyone else gets 401", async () => {
  await using server = await protectedServer()
  const ask = (path: string, init: RequestInit) =>
    server.fetch(path, { redirect: "manual", ...init })
  const led = await ask("/documents?q=a%26b", { headers: page })
  expect(led.status).toBe(303)
  expect(led.headers.get("location")).toBe("/login?next=%2Fdocuments%3Fq%3Da%2526b")
  const form = await (await ask(led.headers.get("location") ?? "", { headers: page })).text()
  expect(form).toContain('value="/documents?q=a%26b"')

  const posted = await ask("/documents", { method: "POST", headers: page })
  expect(posted.headers.get("location"), "what was sent can't be sent again").toBe(
    "/login?next=%2F",
  )
  expect((await ask("/documents", {})).status).toBe(401)
  expect((await ask("/api/workflows", { headers: page })).status).toBe(401)

  const current = `${server.url}/runs/1`
  const part = { ...page, "HX-Request": "true", "HX-Current-URL": current }
  const htmx = await ask("/documents", { headers: part })
  expect(htmx.status).toBe(401)
  expect(htmx.headers.get("hx-redirect")).toBe("/login?next=%2Fruns%2F1")
})

test("a wrong token is refused with a sentence, and after ten per minute with the time to wait", async () => {
  await using server = await protectedServer()
  const wrong = await logIn(server, { token: "wrong", next: "/documents" })
  expect(wrong.status).toBe(401)
  expect(wrong.headers.get("set-cookie")).toBeNull()
  const shown = await wrong.text()
  expect(shown).toContain("this server&#x27;s token (AMELIA_TOKEN)")
  expect(shown).toContain('value="/documents"')
  const json = await logIn(server, { token: "wrong" }, { Accept: "application/json" })
  expect(await json.json()).toMatchObject({ error: "UnauthorizedError" })

  for (let i = 2; i < 10; i++) expect((await logIn(server, { token: `${i}` })).status).toBe(401)
  const late = await logIn(server, { token: "wrong" })
  expect(late.status).toBe(429)
  expect(Number(late.headers.get("retry-after"))).toBeWithin(1, 7)
  expect((await logIn(server, { token })).status).toBe(303)
})

test("wrong Bearer tokens and wrong form tokens share a limit, and the right token always works", async () => {
  await using server = await protectedServer()
  const ask = (given: string, path = "/api/workflows") =>
    server.fetch(path, { headers: { Authorization: `Bearer ${given}` } })
  for (let i = 0; i < 5; i++) expect((await ask(`wrong ${i}`)).status).toBe(401)
  for (let i = 0; i < 5; i++) expect((await logIn(server, { token: `${i}` })).status).toBe(401)
  for (const path of ["/api/workflows", "/api/events", "/ws", "/"]) {
    const refused = await ask("wrong", path)
    expect(refused.status, path).toBe(429)
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 7)
  }
  expect((await ask(token)).status).toBe(200)
  expect((await logIn(server, { token })).status).toBe(303)
  expect((await server.fetch("/api/workflows")).status, "nothing given is no guess").toBe(401)
})

test("logging out ends the session for every copy of its cookie, and no other session", async () => {
  await using data = await freshData()
  const settings = { AMELIA_TOKEN: token }
  const before = await testServer({ home: data.home, settings })
  const [left, stays] = [await logIn(before, { token }), await logIn(before, { token })].map(
    cookieOf,
  )
  const status = async (server: TestServer, Cookie = "") =>
    (await server.fetch("/api/workflows", { headers: { Cookie } })).status
  expect([await status(before, left), await status(before, stays)]).toEqual([200, 200])
  await before.fetch("/logout", { method: "POST", headers: { Cookie: left ?? "" } })
  expect([await status(before, left), await status(before, stays)]).toEqual([401, 200])
  await before.stop()
  {
    await using again = await testServer({ home: data.home, settings })
    expect([await status(again, left), await status(again, stays)]).toEqual([401, 200])
  }
  const other = { AMELIA_TOKEN: "another-long-random-text" }
  await using changed = await testServer({ home: data.home, settings: other })
  expect(await status(changed, stays)).toBe(401)
})

test("a huge or malformed form is refused before login", async () => {
  await using server = await protectedServer()
  expect((await logIn(server, { token: "x".repeat(20_000) })).status).toBe(413)
  expect((await logIn(server, { token, admin: "1" })).status).toBe(400)
  expect((await logIn(server, {})).status).toBe(400)
})

test("logging out deletes the cookie, and another site can't do it", async () => {
  await using server = await protectedServer()
  const Cookie = cookieOf(await logIn(server, { token }))
  const leave = (headers: Record<string, string>) =>
    server.fetch("/logout", { method: "POST", headers, redirect: "manual" })
  expect((await leave({ Cookie, Origin: "http://evil.example" })).status).toBe(403)
  const left = await leave({ Cookie, ...page })
  expect(left.headers.get("location")).toBe("/login")
  expect(left.headers.get("set-cookie")).toMatch(/^amelia_session=;.*Max-Age=0/)
})

test("every page of a logged-in browser offers log out, including error pages", async () => {
  await using server = await protectedServer()
  const Cookie = cookieOf(await logIn(server, { token }))
  const shown = async (path: string, headers: Record<string, string>) =>
    (await server.fetch(path, { headers: { ...page, ...headers } })).text()
  const paths = [
    "/",
    "/documents",
    "/workflows",
    "/workflows/discovery_design_planning",
    "/settings",
    "/no",
  ]
  for (const path of paths) {
    expect(await shown(path, { Cookie }), path).toContain("Log out")
    expect(await shown(path, { Authorization: `Bearer ${token}` }), path).not.toContain("Log out")
  }
})

test("without AMELIA_TOKEN there is no login", async () => {
  await using server = await testServer()
  for (const init of [
    { headers: page },
    { method: "POST", body: new URLSearchParams({ token }) },
  ]) {
    const answer = await server.fetch("/login", { redirect: "manual", ...init })
    expect(answer.headers.get("location")).toBe("/")
    expect(answer.headers.get("set-cookie")).toBeNull()
  }
})

test("login redirects only to paths of this server", async () => {
  const own = "http://127.0.0.1:8000"
  expect(nextPath("/runs/1?step=a#b")).toBe("/runs/1?step=a")
  for (const evil of ["//evil.example", "/\\evil.example", "/\t/evil.example", "/.//evil.example"])
    expect(new URL(nextPath(evil), own).origin, evil).toBe(own)
  for (const evil of ["https://evil.example", "javascript:alert(1)", "evil", ""])
    expect(nextPath(evil)).toBe("/")
  const text = fc.string({
    unit: fc.constantFrom("/", "\\", ".", "\t", "\n", "@", ":", "e", "%2f"),
  })
  fc.assert(
    fc.property(text, (given) => {
      expect(new URL(nextPath(`/${given}`), own).origin).toBe(own)
    }),
  )
  await using server = await protectedServer()
  const answer = await logIn(server, { token, next: "/..//evil.example/x" })
  expect(answer.headers.get("location")).toBe("/evil.example/x")
})
