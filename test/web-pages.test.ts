import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test"
import type { Document } from "../src/features/documents/schema"
import { lines, pdf } from "./support/pdf"
import { rejection } from "./support/rejection"
import { type TestServer, testServer } from "./support/server"
import { html, startSite } from "./support/web-peer"

// Each page is converted in its own process.
setDefaultTimeout(30_000)

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { ALLOW_PRIVATE_URLS: "true" } })
})
afterAll(() => server[Symbol.asyncDispose]())

async function settled(document: Document) {
  const [done] = await server.client.settleDocuments([document])
  return await server.client.getDocument(done?.id ?? "")
}

const paragraph =
  "The lantern is lit at dusk, by whoever comes first, and put out at dawn. ".repeat(8)

/** A typical page: navigation and scripts around the main content. */
const page = (title: string, article: string) => `<!doctype html>
<html><head><meta charset="utf-8"><title>${title}</title><style>p { color: red }</style>
<script>var secret = "in a script"</script></head>
<body><header><a href="/">Site of lanterns</a></header><nav><ul><li><a href="/x">Menu entry</a></ul></nav>
<main><article><h1>${title}<a class="anchor" href="#top">#</a></h1>${article}
<p style="display: none">in hiding</p></article></main>
<aside class="cookie-banner">We use cookies</aside><footer>Imprint</footer></body></html>`

const guide = `<p>${paragraph}<a href="../oil?kind=a">oil</a> <a href="javascript:alert(1)">run</a></p>
<h2>Code</h2><pre class="brush: js">light()\n  .then(wait)</pre>
<table><thead><tr><th>Hour<th>Who</tr></thead><tbody><tr><td>6<td>Ann</tr></tbody></table>
<p><img src="x.png" alt="a picture">${paragraph}</p>`

test("a web page becomes a document with its main content as Markdown, its title and its URL", async () => {
  await using peer = startSite(() => html(page("Lanterns &amp; oil", guide)), "127.0.0.1")
  const sent = await server.fetch("/api/rag/documents/scrape", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ url: `${peer.url}/guides/lanterns/#code` }),
  })
  expect(sent.status).toBe(201)
  const { content, ...document } = await settled((await sent.json()) as Document)
  expect(document).toMatchObject({
    ...{ name: "Lanterns & oil", type: "html", status: "indexed", version: 1 },
    ...{ source_url: `${peer.url}/guides/lanterns/`, metadata: { title: "Lanterns & oil" } },
  })
  expect(content).toStartWith("# Lanterns & oil\n\nThe lantern is lit")
  for (const part of [
    `[oil](${peer.url}/guides/oil?kind=a)`,
    "## Code\n\n```js\nlight()\n  .then(wait)\n```",
    "| Hour | Who |\n| --- | --- |\n| 6   | Ann |",
  ]) {
    expect(content).toContain(part)
  }
  expect(content).not.toMatch(/Menu|secret|hiding|cookies|Imprint|javascript|color|x\.png/)
  const [found] = await server.client.search({ query: "light wait", document_ids: [document.id] })
  expect(found?.heading_path).toEqual(["Lanterns & oil", "Code"])
})

test("a page that becomes plain text no longer has the title that its HTML had", async () => {
  let isHtml = true
  const text = () => new Response(paragraph, { headers: { "content-type": "text/plain" } })
  await using peer = startSite(() => (isHtml ? html(page("Titled", guide)) : text()), "127.0.0.1")
  const first = await settled(await server.client.scrape(peer.url))
  expect(first.metadata).toEqual({ title: "Titled" })
  isHtml = false
  const second = await settled(await server.client.refetchDocument(first.id))
  expect(second).toMatchObject({ version: 2, type: "text", status: "indexed" })
  expect(second.metadata).toEqual({})
})

test("fetching a page again keeps the document, and adds a version if its text changed", async () => {
  let words = "first"
  let times = 0
  await using peer = startSite(
    () => html(page("Changing", `<p data-time="${++times}">${words} ${paragraph}</p>`)),
    "127.0.0.1",
  )
  const first = await settled(await server.client.scrape(peer.url))
  expect(await settled(await server.client.scrape(peer.url))).toMatchObject({
    id: first.id,
    version: 1,
  })
  words = "second"
  expect(await settled(await server.client.refetchDocument(first.id))).toMatchObject({
    ...{ id: first.id, version: 2, content: expect.stringContaining("second") },
  })
  expect(times).toBe(3 * 2)
})

test("pages with the same title are separate documents", async () => {
  await using peer = startSite(
    (request) => html(page("Home", `<p>${request.url} ${paragraph}</p>`)),
    "127.0.0.1",
  )
  const [a, b] = [
    await server.client.scrape(`${peer.url}/a`),
    await server.client.scrape(`${peer.url}/b`),
  ]
  expect([a.name, b.name]).toEqual(["Home", `Home (127.0.0.1:${peer.port}-b)`])
})

test("reads a PDF and a Markdown file from the web as such", async () => {
  const file = pdf([lines(["Wombats dig."])])
  await using peer = startSite((request) => {
    const isPdf = request.url.endsWith("/paper.pdf")
    const type = isPdf ? "application/pdf" : "text/markdown"
    return new Response(isPdf ? file : "# Notes\n\nOf quokkas.", {
      headers: { "content-type": type },
    })
  }, "127.0.0.1")
  // Every path returns the notes, so robots.txt does too, and forbids nothing.
  expect(await settled(await server.client.scrape(`${peer.url}/paper.pdf`))).toMatchObject({
    ...{ name: "paper.pdf", type: "pdf", content: "Wombats dig.", status: "indexed" },
  })
  expect(await settled(await server.client.scrape(`${peer.url}/notes`))).toMatchObject({
    ...{ name: "notes.md", type: "markdown", content: "# Notes\n\nOf quokkas." },
  })
})

test("reads a saved page like a web page, in the encoding that it declares", async () => {
  const saved = page("Gesparte Öllampe", guide).replace("utf-8", "windows-1252")
  const content = new Blob([Buffer.from(saved, "latin1")])
  const [uploaded] = await server.client.uploadDocuments([{ name: "saved.html", content }])
  expect(await settled(uploaded!)).toMatchObject({
    ...{ name: "saved.html", type: "html", source_url: null },
    content: expect.stringMatching(
      /^# Gesparte Öllampe\n\nThe lantern.*\[oil\]\(\.\.\/oil\?kind=a\)/s,
    ),
  })
})

test("the server's encoding overrides the page's own", async () => {
  const bytes = Buffer.from(
    `<meta charset="utf-8"><title>Caf\u00e9</title><p>na\u00efve ${paragraph}</p>`,
    "latin1",
  )
  const headers = { "content-type": "text/html; charset=ISO-8859-1" }
  await using peer = startSite(() => new Response(bytes, { headers }), "127.0.0.1")
  expect(await settled(await server.client.scrape(peer.url))).toMatchObject({
    ...{ name: "Café", content: expect.stringContaining("naïve") },
  })
})

test("a page that is nested too deeply fails with an explanation", async () => {
  await using peer = startSite(() => html(`${"<div>".repeat(100_000)}deep`), "127.0.0.1")
  expect(await settled(await server.client.scrape(peer.url))).toMatchObject({
    ...{ status: "failed", error: "The elements of this page are nested too deeply." },
  })
})

test("refuses a page without text, and a refetch of a document without a URL", async () => {
  const [uploaded] = await server.client.uploadDocuments([
    { name: "own.md", content: new Blob(["# Own"]) },
  ])
  const refused = await rejection(server.client.refetchDocument(uploaded?.id ?? ""))
  expect(refused).toMatchObject({
    status: 400,
    message: expect.stringContaining("doesn't come from the web"),
  })
  await using peer = startSite(() => html("<script>draw()</script><div id=app></div>"), "127.0.0.1")
  const empty = await rejection(server.client.scrape(peer.url))
  expect(empty).toMatchObject({ status: 422, message: expect.stringContaining("no text") })
})

test("forms also add and refetch a page", async () => {
  await using peer = startSite(() => html(page("Formal", guide)), "127.0.0.1")
  const post = (path: string, body: URLSearchParams) =>
    server.fetch(path, { method: "POST", body, redirect: "manual" })
  const added = await post("/documents/scrape", new URLSearchParams({ url: peer.url }))
  expect(added.status).toBe(303)
  const path = added.headers.get("location") ?? ""
  expect(await (await server.fetch(path)).text()).toContain(`${path}/refetch`)
  const again = await post(`${path}/refetch`, new URLSearchParams())
  expect([again.status, again.headers.get("location")]).toEqual([303, path])
})
