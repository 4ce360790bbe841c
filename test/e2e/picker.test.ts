import { expect, test } from "bun:test"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "in a browser: documents are chosen with the keyboard, across filters, and used by the run",
  async () => {
    await using server = await testServer()
    const files = Array.from({ length: 60 }, (_, n) => ({
      name: `note-${String(n).padStart(2, "0")}.md`,
      content: new Blob([`# Note ${n}\n\nThe system must do thing ${n}.`]),
    }))
    const added = await server.client.uploadDocuments(files)
    const ids = (await server.client.settleDocuments(added)).map(({ id }) => id)
    await using browser = await openBrowser()
    const page = await browser.newPage()
    await page.goto(`${server.url}/workflows/discovery_design_planning`)
    await page.getByLabel("What should be done?").fill("Plan it")
    const summary = page.locator(".picker > summary")
    expect(await summary.textContent()).toBe("All 60 documents")
    await summary.click()
    await page.getByLabel("Only the ones I choose").check()
    const filter = page.getByLabel("Filter documents")
    const found = page.locator("[data-pick-found]")
    await filter.fill("note-0")
    await page.getByText("10 matching documents").waitFor()
    await filter.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Space")
    expect(await summary.textContent()).toBe("1 of 60 documents")
    await filter.fill("note-5")
    await found.getByLabel("note-55.md").waitFor()
    // The list holds other documents now, and none of them is ticked.
    expect(await found.locator(":checked").count()).toBe(0)
    expect(
      await page
        .getByRole("list", { name: /Chosen/ })
        .getByLabel("note-01.md")
        .isChecked(),
    ).toBe(true)
    await filter.press("Enter")
    await found.getByLabel("note-55.md").check()
    expect(await summary.textContent()).toBe("2 of 60 documents")
    expect(await accessibilityProblems(page)).toEqual([])
    await page.getByRole("button", { name: "Start" }).click()
    await page.waitForURL(/\/runs\//)
    const { input } = await server.client.getRun(page.url().split("/").at(-1) ?? "")
    expect(new Set(input.document_ids)).toEqual(new Set([ids[1] ?? "", ids[55] ?? ""]))
  },
)
