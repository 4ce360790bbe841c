import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { anthropicPeer, inTurn } from "../support/anthropic-peer"
import { browserPath, openBrowser } from "../support/browser"
import { freshHome } from "../support/database"
import { picture } from "../support/picture"
import { testServer } from "../support/server"

const KEY = "sk-ant-test-0001"
const ready = "anthropic/claude-sonnet-5-5 answered."

function card(page: Page, name: string) {
  return page.locator(`#provider-${name}`)
}

test.skipIf(!browserPath)(
  "in a browser: without an API key, says how to set one; with one, tests and chooses a model",
  async () => {
    await using at = await freshHome()
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))
    {
      await using server = await testServer({ home: at.home })
      await page.goto(server.url)
      await page.getByRole("link", { name: "Settings" }).click()
      await page.getByText("No language model is set up yet").waitFor()
      await page.getByText(`into ${at.home}/config.env and restart Amelia`).first().waitFor()
      await picture(page, "settings-empty")
      await page.goto("about:blank")
    }
    complaints.length = 0
    await using peer = await anthropicPeer()
    const settings = { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: peer.url }
    await using server = await testServer({ home: at.home, settings })
    await page.goto(`${server.url}/settings`)
    let loads = 0
    page.on("load", () => loads++)
    await card(page, "anthropic").getByRole("button", { name: "Test" }).click()
    await card(page, "anthropic").getByText(ready).waitFor()
    expect(loads, "the answer arrives without a reload").toBe(0)

    expect(await page.getByRole("option", { selected: true }).first().textContent()).toContain(
      "auto, currently anthropic/claude-sonnet-5-5",
    )
    const model = page.getByRole("combobox", { name: "Default model" })
    await model.selectOption("anthropic/claude-haiku-5-5")
    await page.getByLabel("Maximum answer length, in tokens").fill("0")
    await page.getByRole("button", { name: "Save" }).first().click()
    await page.locator(".problem").getByText("it must be a whole number").waitFor()
    expect(await model.inputValue()).toBe("anthropic/claude-haiku-5-5")
    await page.getByLabel("Maximum answer length, in tokens").fill("")
    await page.getByRole("button", { name: "Save" }).first().click()
    await page.waitForEvent("load")
    expect(await model.inputValue()).toBe("anthropic/claude-haiku-5-5")
    await page.getByLabel("Maximum cost per day").fill("2.5")
    await page.getByLabel("Days to keep records").fill("30")
    await page.getByRole("button", { name: "Save" }).last().click()
    await page.waitForEvent("load")
    expect(await server.client.getSettings()).toMatchObject({
      default_model: { value: "anthropic/claude-haiku-5-5" },
      default_max_tokens: { value: 4096, source: "its default" },
      budget_day_usd: { value: 2.5 },
      retention_days: { value: 30 },
    })
    for (const section of await page.locator("details.panel > summary").all()) await section.click()
    await page.getByText("sk-…0001").waitFor()
    await picture(page, "settings")
    await page.emulateMedia({ colorScheme: "dark" })
    await picture(page, "settings-dark")
    expect(complaints.filter((it) => !it.includes("400"))).toEqual([])
  },
)

test.skipIf(!browserPath)(
  "in a browser: shows a breaker open, half-open and closed without a reload",
  async () => {
    const down = { status: 500 } as const
    await using peer = await anthropicPeer({
      answer: inTurn(down, down, down, down, down, "Ready."),
    })
    const breaker = { failures: 5, open_ms: 6000, probes: 3, successes: 2 }
    await using server = await testServer({
      settings: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: peer.url },
      limits: { anthropic: { backoff_ms: 1, breaker } },
    })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(`${server.url}/settings`)
    await card(page, "anthropic").getByText("Ready").waitFor()
    await page.locator("#connection[data-state=live]").waitFor()
    let loads = 0
    page.on("load", () => loads++)

    await server.client.testProvider("anthropic")
    await server.client.testProvider("anthropic")
    await card(page, "anthropic").getByText("Paused", { exact: true }).waitFor()
    await card(page, "anthropic")
      .getByText(/Next attempt in \d s/)
      .waitFor()
    expect(peer.requests).toHaveLength(5)
    const test = card(page, "anthropic").getByRole("button", { name: "Test" })
    await test.click()
    await card(page, "anthropic")
      .getByText(/failed too often: the next try is/)
      .waitFor()
    expect(peer.requests, "an open breaker lets no request through").toHaveLength(5)
    await picture(page, "settings-open")

    await card(page, "anthropic").getByText("Trying again").waitFor()
    await test.click()
    await card(page, "anthropic").getByText(ready).waitFor()
    await card(page, "anthropic").getByText("Trying again").waitFor()
    await test.click()
    await card(page, "anthropic").getByText("Ready", { exact: true }).waitFor()
    expect(await card(page, "anthropic").getByText(ready).count(), "the test result stays").toBe(1)
    expect(peer.requests).toHaveLength(7)
    expect(loads).toBe(0)
  },
)

test.skipIf(!browserPath)(
  "in a browser without scripts: test a provider and change a setting",
  async () => {
    await using server = await testServer()
    await using browser = await openBrowser()
    const page = await browser.newPage({ javaScriptEnabled: false })
    await page.goto(`${server.url}/settings`)
    await card(page, "offline").getByRole("button", { name: "Test" }).click()
    await card(page, "offline").getByText("offline answered.").waitFor()
    await page.getByLabel("Maximum answer length, in tokens").fill("123")
    await page.getByRole("button", { name: "Save" }).first().click()
    await page.waitForURL(`${server.url}/settings`)
    expect(await page.getByLabel("Maximum answer length, in tokens").inputValue()).toBe("123")
  },
)
