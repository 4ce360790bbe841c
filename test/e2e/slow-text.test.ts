import { expect, test } from "bun:test"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "in a browser: a text that takes too long to render is shown plain, and a person can wait longer",
  async () => {
    await using server = await testServer()
    // Every mark could begin or end an emphasis, so this takes far longer than the limit.
    const text = "_a*".repeat(16_000)
    const [document] = await server.client.uploadDocuments([
      { name: "slow.md", content: new Blob([text]) },
    ])
    await using browser = await openBrowser()
    const page = await browser.newPage()
    await page.goto(`${server.url}/documents/${document?.id}`)
    const note = page.locator(".document-text .callout")
    expect(await note.textContent()).toContain("can't be rendered within 2 seconds")
    expect(await page.locator(".document-text > div").textContent()).toBe(text)
    const longer = page.getByRole("link", { name: "Try for 20 seconds" })
    expect(await longer.getAttribute("href")).toContain("wait=1")
    expect(await accessibilityProblems(page)).toEqual([])
  },
)
