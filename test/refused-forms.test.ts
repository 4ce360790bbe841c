import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { fillForm } from "../src/platform/http/fill-form"
import { type TestServer, testServer } from "./support/server"

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { RATE_LIMIT_UPLOADS: "5/hour" } })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Sends a form as a browser without scripts does. Returns its answer as text. */
async function send(path: string, fields: Record<string, string>, page: string) {
  const { url } = server
  const headers = { Accept: "text/html", Referer: new URL(page, url).href, Origin: url }
  const body = new URLSearchParams(fields)
  const answer = await fetch(url + path, { method: "POST", headers, body, redirect: "manual" })
  return { status: answer.status, html: await answer.text() }
}

/** The attributes of an element and what follows it. */
const at = (html: string, mark: string) => html.slice(html.indexOf(mark)).slice(0, 700)

const agent = {
  ...{ name: "Guide & <b>", type: "custom", description: "", model: "", system_prompt: "" },
  ...{ temperature: "", max_tokens: "", timeout: "300", retry_attempts: "3" },
}

describe("a refused form without scripts", () => {
  test("comes back on its page, with the input and the problem beside its field", async () => {
    const path = `/no/"such"&amp;/<folder>`
    const { status, html } = await send("/documents/folders", { path }, "/documents")
    expect(status).toBe(400)
    expect(html).toContain("<title>Error: Documents · Amelia</title>")
    const escaped = "/no/&quot;such&quot;&amp;amp;/&lt;folder&gt;"
    const field = at(html, 'id="folder-path"')
    expect(field).toContain(`value="${escaped}" aria-describedby="problem-path"`)
    expect(field).toContain('aria-invalid="true" autofocus')
    expect(field).toContain(`id="problem-path" >There is no folder ${escaped}.</p>`)
  })

  test("comes back again when it is sent from there, where its page's address was lost", async () => {
    const page = "/documents?type=code"
    const first = await send("/documents/folders", { path: "nowhere" }, page)
    const [, shown = ""] = /name="form_page" value="([^"]*)"/.exec(first.html) ?? []
    expect(shown).toBe(page)
    const again = { path: "/nowhere", form_page: shown }
    const second = await send("/documents/folders", again, "/documents/folders")
    expect(second.html).toContain("There is no folder /nowhere.")
    expect(second.html).toContain('<option value="code" selected')
  })

  test("keeps texts, choices and picked documents, and unfolds what is wrong", async () => {
    const files = ["a.md", "b.md"].map((name) => ({ name, content: new Blob([`# ${name}`]) }))
    const [document] = await server.client.settleDocuments(
      await server.client.uploadDocuments(files),
    )
    const chosen = { pick_field: "context_sources", pick_scope: "some", timeout: "0" }
    const sources = { ...chosen, context_sources: document?.id ?? "" }
    const { html } = await send("/agents", { ...agent, ...sources }, "/agents")
    expect(at(html, 'id="name"')).toContain('value="Guide &amp; &lt;b&gt;"')
    expect(html).toMatch(/<option value="custom" selected/)
    expect(at(html, `value="${document?.id}"`)).toStartWith(`value="${document?.id}" checked`)
    expect(html).toContain("1 of 2 documents")
    expect(html).toMatch(/<details class="fold" id="limits" open/)
    expect(at(html, 'id="timeout"')).toContain('id="problem-timeout"')
  })

  test("is told apart from another with the same address by its fields", async () => {
    const fields = { budget_run_usd: "", budget_day_usd: "", retention_days: "1.5" }
    const { html } = await send("/settings", { ...fields, record_bodies: "" }, "/settings")
    expect(html.match(/name="form_page"/g)).toHaveLength(1)
    expect(at(html, 'id="retention_days"')).toContain("it must be a whole number of days")
  })

  test("gets a page of its own if the page before it is another site's or is not known", async () => {
    for (const page of ["http://evil.example/documents", "/nowhere", "/api/rag/documents"]) {
      const { html } = await send("/documents/folders", { path: "nowhere" }, page)
      expect(html).toContain("data-error-message")
    }
  })

  test("keeps its input when it was sent too often", async () => {
    const url = "ftp://example.org/"
    for (;;) {
      const { status, html } = await send("/documents/scrape", { url }, "/documents")
      expect(at(html, 'id="url"')).toContain(`value="${url}"`)
      if (status !== 429) continue
      return expect(at(html, 'id="problem-url"')).toContain("RATE_LIMIT_UPLOADS sets the limit.")
    }
  })
})

test("a script is told which field each problem is about", async () => {
  const headers = { Accept: "text/html", "HX-Request": "true", Referer: `${server.url}/documents` }
  const body = new URLSearchParams({ path: "nowhere" })
  const answer = await server.fetch("/documents/folders", { method: "POST", headers, body })
  expect(await answer.text()).toContain(
    '<li data-problem="path">It must be an absolute path, such as /home/you/project.</li>',
  )
})

test("keys, files and hidden fields never come back from a request", () => {
  const html = `<form action="/keys"><input type="hidden" name="id" value="one">
    <input type="password" name="key"><input type="file" name="file"><input name="note"></form>`
  const fields = { id: ["two"], key: ["sk-secret"], file: ["x"], note: ["kept"] }
  const filled = fillForm(html, { action: "/keys", page: "/", fields, problems: [] })
  expect(filled).toContain('name="note" value="kept"')
  expect(filled).not.toMatch(/sk-secret|two|"x"/)
})

test("a form without fields has its problem above the page", () => {
  const html =
    '<main id="main"><h1>Page</h1><form action="/delete"><button>Delete</button></form></main>'
  const problems = [{ fields: ["id"], message: "It is <gone>." }]
  expect(fillForm(html, { action: "/delete", page: "/", fields: {}, problems })).toStartWith(
    '<main id="main"><p class="callout" data-tone="bad" tabindex="-1" autofocus>It is &lt;gone&gt;.</p>',
  )
})
