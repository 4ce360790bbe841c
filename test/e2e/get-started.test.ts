import { expect, test } from "bun:test"
import { join } from "node:path"
import { anthropicPeer } from "../support/anthropic-peer"
import { browserPath, openBrowser } from "../support/browser"
import { freshHome } from "../support/database"
import { picture } from "../support/picture"
import { rejection } from "../support/rejection"
import { testServer } from "../support/server"

const KEY = "sk-ant-a-good-key-0001"
const WRONG = "sk-ant-a-wrong-key-0002"

test.skipIf(!browserPath)(
  "in a browser: a pasted key is tested, kept and used at once, also with REQUIRE_PRESENCE",
  async () => {
    await using at = await freshHome()
    const models = [{ id: "claude-sonnet-5-5" }, { id: "claude-haiku-5-5" }]
    await using peer = await anthropicPeer({ key: KEY, models })
    const settings = { ANTHROPIC_BASE_URL: peer.url, REQUIRE_PRESENCE: "true" }
    await using server = await testServer({ home: at.home, settings })
    const alone = await rejection(server.client.keepProvider("anthropic", { key: KEY }))
    expect(alone).toMatchObject({ status: 403, name: "ForbiddenActorError" })

    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const bodies: Promise<string>[] = []
    page.on("response", (response) => {
      const isStream = response.url().endsWith("/events")
      if (!isStream) bodies.push(response.text().catch(() => ""))
    })
    await page.goto(`${server.url}/settings`)
    await page.getByRole("link", { name: "Get started" }).click()
    await page.getByText("No language model is set up").waitFor()
    await picture(page, "get-started-empty")
    const key = page.getByLabel("API key of Anthropic")
    const keep = page.getByRole("button", { name: "Test and keep" }).first()
    await key.fill(WRONG)
    await keep.click()
    await page.getByText("Anthropic refused this key, so it was not kept.").waitFor()
    expect(await key.inputValue(), "the input stays").toBe(WRONG)
    expect(await Bun.file(join(at.home, "config.env")).exists()).toBe(false)
    await key.fill(KEY)
    await keep.click()
    await page.getByText("Anthropic is set up.").waitFor()
    await page.getByText("Anthropic accepts the key.").waitFor()
    expect(await page.getByLabel("Replace the key sk-…0001").inputValue()).toBe("")
    await picture(page, "get-started")

    await page.getByLabel("Model of Anthropic").selectOption("claude-haiku-5-5")
    await page.getByRole("button", { name: "Use by default" }).click()
    await page.getByText("anthropic/claude-haiku-5-5 answers now.").waitFor()
    expect(await Bun.file(join(at.home, "config.env")).text()).toBe(
      `ANTHROPIC_API_KEY=${KEY}\nDEFAULT_MODEL=anthropic/claude-haiku-5-5\n`,
    )
    expect(await server.client.listAudit({ limit: 5 })).toMatchObject([
      { action: "set_up_provider", via: "page", details: { model: "anthropic/claude-haiku-5-5" } },
      { action: "set_up_provider", via: "page", details: { settings: ["ANTHROPIC_API_KEY"] } },
    ])
    await page.goto(`${server.url}/settings`)
    await page.getByText("Set up Anthropic: ANTHROPIC_API_KEY").waitFor()
    const received = (await Promise.all(bodies)).join()
    expect(received).not.toContain(KEY)
    expect(received).not.toContain(WRONG)
  },
)

test.skipIf(!browserPath)(
  "in a browser without scripts: a refused key is explained beside its field, and not shown",
  async () => {
    await using peer = await anthropicPeer({ key: KEY, models: [{ id: "claude-sonnet-5-5" }] })
    await using server = await testServer({ settings: { ANTHROPIC_BASE_URL: peer.url } })
    await using browser = await openBrowser()
    const page = await browser.newPage({ javaScriptEnabled: false })
    await page.goto(`${server.url}/settings/start`)
    await page.getByLabel("API key of Anthropic").fill("nonsense")
    await page.getByRole("button", { name: "Test and keep" }).first().click()
    await page.getByText("it must be a key that starts with sk-ant-").waitFor()
    expect(await page.content()).not.toContain("nonsense")
    await page.getByLabel("API key of Anthropic").fill(KEY)
    await page.getByRole("button", { name: "Test and keep" }).first().click()
    await page.getByText("Anthropic is set up.").waitFor()
  },
)
