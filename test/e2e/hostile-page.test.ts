import { expect, test } from "bun:test"
import { browserPath, launchBrowser } from "../support/browser"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "a page on another origin can neither read nor change anything",
  async () => {
    await using server = await testServer()
    await using other = Bun.serve({
      port: 0,
      fetch: () => new Response("<!doctype html><title>Evil</title>", { headers: html }),
    })
    await using browser = await launchBrowser()
    const page = await browser.newPage()
    await page.goto(`http://localhost:${other.port}/`)
    const results = await page.evaluate(tryEverything, server.url)
    expect(results).toEqual({
      read: "refused",
      json: "refused",
      simplePost: "refused",
      blindPost: "refused",
      form: "refused",
      events: "refused",
      frame: "refused",
    })
    expect(await server.client.listWorkflows()).toEqual([])
    expect(await server.client.listDocuments()).toEqual([])
  },
)

const html = { "Content-Type": "text/html" }

/** Runs in the hostile page: everything that it can try without being told how. */
async function tryEverything(url: string): Promise<Record<string, string>> {
  const attempt = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      () => "refused",
    )
  const body = JSON.stringify({ name: "Evil", preset: "discovery_design_planning" })
  const post = (init: RequestInit) =>
    fetch(`${url}/api/workflows`, { method: "POST", body, ...init })
  const upload = new FormData()
  upload.append("file", new File(["# Evil\n\nIt got in."], "evil.md"))
  const events = new Promise((resolve, reject) => {
    const source = new EventSource(`${url}/api/events`)
    source.onopen = resolve
    source.onerror = reject
  })
  const frame = document.createElement("iframe")
  frame.src = url
  document.body.append(frame)
  await new Promise((resolve) => {
    frame.onload = resolve
  })
  return {
    read: await attempt(fetch(`${url}/api/workflows`)),
    json: await attempt(post({ headers: { "Content-Type": "application/json" } })),
    simplePost: await attempt(post({ headers: { "Content-Type": "text/plain" } })),
    blindPost: await attempt(post({ mode: "no-cors" })),
    form: await attempt(
      fetch(`${url}/documents`, { method: "POST", mode: "no-cors", body: upload }),
    ),
    events: await attempt(events),
    frame: frame.contentDocument?.title === "" ? "done" : "refused",
  }
}
