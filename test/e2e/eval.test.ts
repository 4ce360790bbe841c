import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { picture } from "../support/picture"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "in a browser: measures search with results marked as relevant",
  async () => {
    await using server = await testServer()
    const names = ["a-rather-long-name-of-a-document-about-tea.md", "coffee.md", "water.md"]
    const documents = await server.client.uploadDocuments(
      names.map((name) => ({ name, content: new Blob([`Of ${name}: it is served hot.`]) })),
    )
    for (const [i, { id }] of documents.entries()) {
      const query = `which of all these documents speaks of ${names[i]}`
      await server.client.keepJudgement({ query, document_id: id, start: 0, end: 10 })
    }
    await using browser = await openBrowser()
    const page = await browser.newPage()
    await page.goto(`${server.url}/documents/eval`)
    await page.getByText("nDCG@10 of each question").click()
    await picture(page, "eval")
    await page.emulateMedia({ colorScheme: "dark" })
    await picture(page, "eval-dark")
    await page.getByRole("button", { name: "Unmark coffee.md" }).click()
    await page.getByText("2 results").waitFor()
    expect(await server.client.listJudgements()).toHaveLength(2)
  },
)
