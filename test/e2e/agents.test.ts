import { expect, test } from "bun:test"
import { heldModel } from "../support/agents"
import { browserPath, openBrowser } from "../support/browser"
import { picture } from "../support/picture"

test.skipIf(!browserPath)(
  "in a browser: create an agent, start it, watch its log without a reload, stop it, delete it",
  async () => {
    await using it = await heldModel()
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))

    await page.goto(`${it.server.url}/agents`)
    await page.getByText("No agents yet").waitFor()
    await picture(page, "agents-empty")
    await page.getByLabel("Name").fill("Clerk <b>")
    await page.getByLabel("Type").selectOption("custom")
    await page.getByRole("button", { name: "Create agent" }).click()
    await page.locator(".problem").getByText("system_prompt").waitFor()
    expect(complaints.splice(0)).toHaveLength(1)
    await page.getByLabel("Instructions").fill("You answer in one sentence.")
    await page.getByRole("button", { name: "Create agent" }).click()
    await page.waitForURL(/\/agents\/[0-9a-f-]+$/)
    await page.getByText("Not run yet").first().waitFor()
    await picture(page, "agent-idle")

    let loads = 0
    page.on("load", () => loads++)
    await page.getByLabel("What should be done?").fill("What are the limits?")
    await page.getByRole("button", { name: "Start" }).click()
    const log = page.getByRole("log")
    await log.getByText(/started/).waitFor()
    await log.getByText(/asks anthropic/).waitFor()
    await page.getByRole("button", { name: "Stop" }).waitFor()
    await picture(page, "agent-running")
    it.release()
    await log.getByText(/completed after/).waitFor()
    await page.locator("#agent-output a.citation").first().waitFor()
    await page.locator("#agent-runs .line").waitFor()
    expect(loads, "the log arrives without a reload").toBe(0)
    await picture(page, "agent-done")

    await page.getByText("Edit it").click()
    await page.getByLabel("Description").fill("Knows the limits.")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByText("Knows the limits.").first().waitFor()
    await page.goto(`${it.server.url}/agents`)
    await page.getByRole("link", { name: "Clerk <b>" }).waitFor()
    await picture(page, "agents")
    // A part of the page may still request the deleted agent while the browser leaves it.
    expect(complaints).toEqual([])
    await page.getByRole("link", { name: "Clerk <b>" }).click()
    await page.getByRole("button", { name: "Delete" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click()
    await page.getByText("No agents yet").waitFor()
  },
)

test.skipIf(!browserPath)(
  "in a browser: stopping asks first, reaches the model and is shown",
  async () => {
    await using it = await heldModel()
    await using browser = await openBrowser()
    const page = await browser.newPage()
    const { id } = await it.agent()
    await it.client.startAgent(id, { input: { query: "What?" } })
    const request = await it.asked
    const gone = new Promise((resolve) => request.disconnected.addEventListener("abort", resolve))
    await page.goto(`${it.server.url}/agents/${id}`)
    await page.getByRole("button", { name: "Stop" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Stop this agent" }).click()
    await page.locator("#agent-state").getByText("Cancelled").waitFor()
    await page
      .getByRole("log")
      .getByText(/cancelled/)
      .waitFor()
    await gone
  },
)
