import { afterAll, beforeAll, expect, test } from "bun:test"
import { type TestServer, testServer } from "./support/server"

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** Sends a form as a browser without scripts does. */
async function send(path: string, fields: Record<string, string>, page: string, url = server.url) {
  const headers = { Accept: "text/html", Referer: url + page, Origin: url }
  const body = new URLSearchParams(fields)
  const answer = await fetch(url + path, { method: "POST", headers, body, redirect: "manual" })
  return { status: answer.status, html: await answer.text() }
}

test("a refused form comes back on its page, with the input and the problem beside its field", async () => {
  const path = `/no/"such"&amp;/<folder>`
  const { status, html } = await send("/documents/folders", { path }, "/documents")
  expect(status).toBe(400)
  expect(html).toContain("<title>Error: Documents · Amelia</title>")
  console.log(html.slice(html.indexOf('id="folders"')).slice(0, 1500))
})
