import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "deleting documents with the keyboard moves the focus to the remaining ones",
  async () => {
    await using server = await testServer()
    for (const name of ["a.md", "b.md"]) {
      await server.client.uploadDocuments([{ name, content: new Blob([`# ${name}`]) }])
    }
    await using browser = await openBrowser()
    const page = await browser.newPage()
    await page.goto(`${server.url}/documents`)
    const focused = (selector: string, text: string) =>
      page.waitForFunction(
        ([selector, text]) => {
          const active = document.activeElement
          return active?.matches(selector) && active.textContent?.includes(text)
        },
        [selector, text] as const,
      )
    for (const [name, selector, text] of [
      ["b.md", "tr a", "a.md"],
      ["a.md", "#main", "Drop files here"],
    ] as const) {
      await page.getByRole("button", { name: `Delete ${name}` }).press("Enter")
      await page.locator("dialog .danger").press("Enter")
      await focused(selector, text)
    }
    expect(await server.client.listDocuments()).toEqual([])
  },
)
