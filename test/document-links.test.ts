import { expect, test } from "bun:test"
import { testServer } from "./support/server"

test("a relative link of a document leads to the document that it names, and says so if there is none", async () => {
  await using server = await testServer()
  const [guide, other] = await server.client.uploadDocuments([
    { name: "guide/start.md", content: new Blob(["# Start\n\nSee [more](../more.md)."]) },
    { name: "more.md", content: new Blob(["# More\n\nThere is more."]) },
  ])
  const page = await (await server.fetch(`/documents/${guide?.id}`)).text()
  const [, href = ""] = /<a href="(\/documents\/named[^"]*)"/.exec(page) ?? []
  const led = await server.fetch(href, { redirect: "manual" })
  expect(led.status).toBe(302)
  expect(led.headers.get("location")).toBe(`/documents/${other?.id}`)
  const missing = await server.fetch("/documents/named?name=gone.md")
  expect(missing.status).toBe(404)
  expect(await missing.text()).toContain("There is no document named gone.md.")
})
