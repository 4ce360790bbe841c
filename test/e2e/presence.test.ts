import { expect, test } from "bun:test"
import { anthropicPeer } from "../support/anthropic-peer"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { freshData } from "../support/database"
import { atGate } from "../support/gates"
import { picture } from "../support/picture"
import { reached } from "../support/runs"
import { testServer } from "../support/server"

test.skipIf(!browserPath)(
  "in a browser: pages can decide and change settings with REQUIRE_PRESENCE",
  async () => {
    await using data = await freshData()
    await using peer = await anthropicPeer()
    const { home } = data
    const settings = { ANTHROPIC_API_KEY: "sk-ant-test", ANTHROPIC_BASE_URL: peer.url }
    const before = await testServer({ home, settings })
    const writer = { name: "Writer", type: "custom", system_prompt: "Write." } as const
    const { id: agent } = await before.client.createAgent(writer)
    const run = await atGate({ peer, server: before, agent })
    await before.stop()

    const strict = { ...settings, REQUIRE_PRESENCE: "true" }
    await using server = await testServer({ home, settings: strict })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${server.url}/settings`)
    const longest = page.getByLabel("Maximum answer length, in tokens")
    await longest.fill("0")
    await page.getByRole("button", { name: "Save" }).first().click()
    await page.locator(".problem").getByText("it must be a whole number").waitFor()
    for (const tokens of ["1000", "2000"]) {
      await longest.fill(tokens)
      await page.getByRole("button", { name: "Save" }).first().click()
      await page.waitForEvent("load")
      expect(await longest.inputValue()).toBe(tokens)
    }

    await page.goto(`${server.url}/runs/${run.id}`)
    await page.getByRole("button", { name: "Approve version 1" }).click()
    await reached(server.client, run.id, ({ status }) => status === "completed")
    expect(await server.client.listAudit({ limit: 3 })).toMatchObject([
      { action: "decide_gate", via: "page", program: expect.stringContaining("chrom") },
      { action: "change_settings", via: "page" },
      { action: "change_settings", via: "page" },
    ])

    await page.goto(`${server.url}/settings`)
    await page.getByText("Approved gate").waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(page, "settings-decisions")
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, "settings-decisions-narrow")
  },
)
