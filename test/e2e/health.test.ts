import { expect, test } from "bun:test"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "in a browser: Health is a page that says what is limited, and what to do",
  async () => {
    await using server = await testServer()
    await using browser = await openBrowser()
    const page = await browser.newPage()
    await page.goto(server.url)
    await page.getByRole("link", { name: "Health" }).click()
    await page.getByRole("heading", { name: "Health" }).waitFor()
    expect(await page.locator(".health-check", { hasText: "PostgreSQL" }).textContent()).toContain(
      "Works",
    )
    const limited = page.locator(".health-check", { hasText: "Search by meaning" })
    expect(await limited.getByRole("link").getAttribute("href")).toBe("/settings")
    expect(await page.locator(".run-title").textContent()).toContain("Limited")
    expect(await accessibilityProblems(page)).toEqual([])
    const json = await server.fetch("/health", { headers: { Accept: "*/*" } })
    expect(await json.json()).toMatchObject({ checks: { database: { status: "healthy" } } })
  },
)
