import { expect, test } from "bun:test"
import { anthropicPeer } from "../support/anthropic-peer"
import { browserPath, openBrowser } from "../support/browser"
import { picture } from "../support/picture"
import { testServer } from "../support/server"

const brief = `# Lantern

Lantern is a reading list for teams. Users must be able to save a link with one key press.

## Limits

A list must never hold more than 500 links, because nobody reads more.
`

test.skipIf(!browserPath)(
  "in a browser: upload a file, start the workflow, watch it, read the plan",
  async () => {
    const held = Promise.withResolvers<void>()
    let asked = 0
    await using peer = await anthropicPeer({
      // The second step waits, so that the page shows the middle of the run.
      before: async () => (++asked === 2 ? held.promise : undefined),
    })
    const settings = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
    await using server = await testServer({ settings })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))

    await page.goto(server.url)
    await picture(page, "home-empty")
    await page.goto(`${server.url}/documents`)
    const file = { name: "brief.md", mimeType: "text/markdown", buffer: Buffer.from(brief) }
    await page.setInputFiles("input[type=file]", file)
    await page.getByRole("row").getByRole("link", { name: "brief.md" }).waitFor()
    await picture(page, "documents")

    await page.goto(`${server.url}/workflows/discovery_design_planning`)
    await page.getByRole("textbox").fill("What should be built?")
    await picture(page, "workflow")
    await page.getByRole("button", { name: /start/i }).click()
    await page.waitForURL(/\/runs\//)

    let loads = 0
    page.on("load", () => loads++)
    await page.locator("#run svg [data-status=running]").waitFor()
    await page.locator("#run svg [data-status=completed]").first().waitFor()
    await picture(page, "run-half-way")
    held.resolve()
    await page.locator("#run svg [data-status=completed]").nth(2).waitFor()
    expect(loads, "progress arrives without a reload").toBe(0)

    await page.getByRole("heading", { name: /plan/i }).first().waitFor()
    await picture(page, "run-finished")
    await page.locator("#step a.citation").first().click()
    await page.locator("mark#passage").waitFor()
    expect(brief).toContain((await page.locator("mark#passage").textContent()) ?? "nothing")
    await picture(page, "passage")
    await page.goto(server.url)
    await picture(page, "home")
    expect(complaints).toEqual([])
  },
)
