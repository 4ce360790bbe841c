import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer } from "../support/chat"
import { picture } from "../support/picture"

test.skipIf(!browserPath)(
  "in a browser: add a prompt, choose it with a slash, fill in its variables and send it",
  async () => {
    await using it = await chatServer({ answer: ({ messages }) => `${messages.at(-1)?.content}` })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))

    await page.goto(`${it.server.url}/prompts`)
    await page.getByText("No prompts yet").waitFor()
    await page.getByLabel("Name").fill("review")
    await page.getByLabel("Text").fill("Review {{file}} in a {{tone}} tone, <b>please</b>.")
    await page.getByRole("button", { name: "Add" }).click()
    await page.getByText("/review").waitFor()
    await page.getByText("/review").click()
    await picture(page, "prompts")
    await it.client.createPrompt({ name: "explain", body: "Explain it." })

    await page.goto(`${it.server.url}/chat`)
    const field = page.locator("#composer textarea")
    await field.fill("/")
    const options = page.locator("#prompt-options").getByRole("option")
    await options.nth(1).waitFor()
    expect(await options.locator("strong").allTextContents()).toEqual(["/explain", "/review"])
    await picture(page, "prompts-offered")
    await field.fill("/rev")
    await options.nth(1).waitFor({ state: "detached" })
    await field.press("Enter")
    expect(await field.inputValue()).toBe("Review {{file}} in a {{tone}} tone, <b>please</b>.")
    await page.keyboard.type("a.ts")
    await field.press("Tab")
    await page.keyboard.type("kind")
    await field.press("Enter")
    const said = "Review a.ts in a kind tone, <b>please</b>."
    await page.locator('.said[data-role="user"] .said-text').getByText(said).waitFor()
    expect(complaints).toEqual([])
  },
)
