import { afterAll, beforeAll, expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { docs } from "../src/features/docs/service"
import { appRoutes } from "./support/routes"
import { type TestServer, testServer } from "./support/server"

const root = join(import.meta.dir, "..")
const readme = { name: "", file: "README.md" }

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const page = (path: string) => server.fetch(path, { headers: { Accept: "text/html" } })

/** The attributes of this name in a page's main part. */
function attributes(html: string, name: string): string[] {
  const [, main = ""] = /<main[^>]*>([\s\S]*)<\/main>/.exec(html) ?? []
  return [...main.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) => value)
}

test("the index leads to every page, and each of them answers", async () => {
  const index = await (await page("/docs")).text()
  const linked = attributes(index, "href").filter((href) => href.startsWith("/docs/"))
  expect(linked).toEqual(docs.map(({ name }) => `/docs/${name}`))
  for (const path of linked) expect((await page(path)).status, path).toBe(200)
})

test("every link on a page leads to another page, and its anchor to a heading there", async () => {
  const ids = new Map<string, string[]>([["/docs", []]])
  const links: { from: string; href: string }[] = []
  for (const { name } of docs) {
    const from = `/docs/${name}`
    const html = await (await page(from)).text()
    ids.set(from, attributes(html, "id"))
    links.push(...attributes(html, "href").map((href) => ({ from, href })))
  }
  const inside = links.filter(({ href }) => !/^https?:|^mailto:/.test(href))
  const broken = inside.filter(({ from, href }) => {
    const [path, anchor] = href.split("#")
    const there = ids.get(path || from)
    return there === undefined || (anchor !== undefined && !there.includes(anchor))
  })
  expect(broken).toEqual([])
})

test("every relative link in the files themselves leads to a file that exists", async () => {
  const broken: string[] = []
  for (const { file } of [readme, ...docs].filter(({ file }) => file.endsWith(".md"))) {
    const text = (await Bun.file(join(root, file)).text()).replace(/```[\s\S]*?```/g, "")
    const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)]
    for (const [, link, picture] of links) {
      const [path = ""] = (link ?? picture ?? "").split("#")
      if (path === "" || /^[a-z]+:/.test(path)) continue
      if (!existsSync(join(root, dirname(file), path))) broken.push(`${file}: ${path}`)
    }
  }
  expect(broken).toEqual([])
})

test("a page that there is not is answered with a page that says where the others are", async () => {
  for (const path of ["/docs/nothing", "/docs/src/main.ts"]) {
    const response = await page(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain("See /docs for all pages.")
  }
})

test("the pages load nothing from another origin", async () => {
  for (const { name } of docs) {
    const html = await (await page(`/docs/${name}`)).text()
    const loaded = [...html.matchAll(/<(?:script|link|img|iframe)[^>]* (?:src|href)="([^"]*)"/g)]
    expect(loaded.length).toBe(3)
    expect(loaded.filter(([, address = ""]) => !address.startsWith("/static/"))).toEqual([])
  }
})

test("the API reference has every route of the API, and none that there is not", async () => {
  const text = await Bun.file(join(root, "docs/api-reference.md")).text()
  const listed = [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/[^?`]*)/g)].map(
    ([, method = "", path = ""]) => ({
      method,
      path: new RegExp(`^${path.replace(/:\w+/g, "[^/]+")}$`),
    }),
  )
  const routes = (await appRoutes()).filter(({ path }) =>
    /^\/(api(\/|$)|v1\/|ws$|live$)/.test(path),
  )
  // These stand under two addresses, of which the shorter one is listed.
  const single = routes.filter(({ path }) => !path.startsWith("/api/status/"))
  const isSame = (a: { method: string }, b: { method: string; path: RegExp }, path: string) =>
    a.method === b.method && b.path.test(path)
  const missing = single.filter((it) => !listed.some((other) => isSame(it, other, it.path)))
  expect(missing).toEqual([])
  const all = await appRoutes()
  const stale = listed.filter((it) => !all.some((route) => isSame(route, it, route.path)))
  expect(stale).toEqual([])
})

test("README leads to every page of docs/ and is short", async () => {
  const text = await Bun.file(join(root, "README.md")).text()
  expect(text.split("\n").length).toBeLessThanOrEqual(121)
  for (const { file } of docs.filter(({ file }) => file.startsWith("docs/"))) {
    expect(text).toContain(`](${file})`)
  }
})
