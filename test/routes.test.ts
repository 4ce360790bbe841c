import { beforeAll, expect, test } from "bun:test"
import { appRoutes, type Route } from "./support/routes"
import { testServer } from "./support/server"

/** Promises of every route. */
let routes: Route[]
beforeAll(async () => {
  routes = await appRoutes()
})

const isChange = ({ method }: Route) => method !== "GET"
const isApi = ({ path }: Route) => /^\/(api|v1)\//.test(path)

/** What each of these routes answers. */
async function answers(given: Route[], ask: (route: Route) => Promise<Response>) {
  const entries = given.map(async (route) => {
    const response = await ask(route)
    await response.body?.cancel()
    return [`${route.method} ${route.path}`, response.status] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

const all = (given: Route[], status: number) =>
  Object.fromEntries(given.map(({ method, path }) => [`${method} ${path}`, status]))

test("with AMELIA_TOKEN every route requires it, except /live, /login and static files", async () => {
  const open = /^\/(live|login|static\/.*)$/
  const closed = routes.filter(({ path }) => !open.test(path))
  expect(closed.map(({ path }) => path)).toEqual(expect.arrayContaining(["/ws", "/api/events"]))
  await using server = await testServer({ settings: { AMELIA_TOKEN: "a-long-random-text" } })
  for (const headers of [
    {},
    { Authorization: "Bearer wrong" },
    { Authorization: "Basic YS1sb25nLXJhbmRvbS10ZXh0" },
    { Cookie: "amelia_session=a-long-random-text" },
  ] as Record<string, string>[]) {
    const ask = ({ method, path }: Route) => server.fetch(path, { method, headers })
    const given = Object.entries(await answers(closed, ask))
    // After ten wrong tokens the answer says how long to wait.
    const refused = given.map(([route, status]) => [route, status === 429 ? 401 : status])
    expect(Object.fromEntries(refused)).toEqual(all(closed, 401))
  }
})

test("every route refuses a foreign Host, and every change from a foreign page", async () => {
  await using server = await testServer()
  const asked = (headers: Record<string, string>) => (route: Route) =>
    server.fetch(route.path, { method: route.method, headers })
  expect(await answers(routes, asked({ Host: "evil.example" }))).toEqual(all(routes, 403))
  const changes = routes.filter(isChange)
  for (const headers of [
    { Origin: "http://evil.example" },
    { Origin: "null" },
    { "Sec-Fetch-Site": "same-site" },
  ] as Record<string, string>[]) {
    expect(await answers(changes, asked(headers))).toEqual(all(changes, 403))
  }
})

test("every API route that takes a body refuses other content types with 415", async () => {
  await using server = await testServer()
  const taking = routes.filter((route) => isApi(route) && /POST|PATCH/.test(route.method))
  const headers = { "Content-Type": "text/plain" }
  const ask = ({ method, path }: Route) => server.fetch(path, { method, headers, body: "{}" })
  expect(await answers(taking, ask)).toEqual(all(taking, 415))
})

test("an unreadable form is the sender's fault, and answered with a page", async () => {
  await using server = await testServer()
  const forms = routes.filter((route) => route.method === "POST" && !isApi(route))
  for (const { method, path } of forms) {
    const type = "multipart/form-data; boundary=x"
    const headers = { Accept: "text/html", "Content-Type": type }
    const response = await server.fetch(path, { method, headers, body: "x", redirect: "manual" })
    expect([303, 400, 404], path).toContain(response.status)
    if (response.status !== 303) expect(await response.text()).toContain("data-error-message")
  }
  const path = `/runs/${Bun.randomUUIDv7()}/pause`
  const status = async (type: string) => {
    const init = { method: "POST", headers: { "Content-Type": type }, body: "{}" }
    return (await server.fetch(path, init)).status
  }
  expect(await status("multipart/form-data; boundary=x")).toBe(400)
  expect(await status("application/json")).toBe(415)
})

test("a part of a page, opened by itself, leads to its page", async () => {
  await using server = await testServer()
  const content = new Blob(["# Notes\n\nWords."])
  const [document] = await server.client.uploadDocuments([{ name: "notes.md", content }])
  const page = `/documents/${document?.id}`
  const parts = {
    "/documents/folders": "/documents",
    [`${page}/state`]: page,
    [`${page}/text?from=3&view=source`]: `${page}?from=3&view=source`,
  }
  for (const [part, whole] of Object.entries(parts)) {
    const opened = await server.fetch(part, { redirect: "manual" })
    expect([opened.status, opened.headers.get("location")]).toEqual([303, whole])
    const fetched = await server.fetch(part, { headers: { "HX-Request": "true" } })
    expect([fetched.status, await fetched.text()]).toEqual([
      200,
      expect.not.stringContaining("<html"),
    ])
  }
  const pages = routes.filter(({ method, path }) => method === "GET" && isOfPages(path))
  for (const { path } of pages) {
    const answer = await server.fetch(path, { headers: { Accept: "text/html" } })
    expect(await answer.text(), path).toContain("<html")
  }
})

const programs = /^\/(api|v1|static|ws|live|ready|metrics|circuit-breakers|handover)\b/
const isOfPages = (path: string) => !programs.test(path) && !path.endsWith("/export")
