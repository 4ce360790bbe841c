import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer, slowAnswer, whole } from "../support/chat"
import { picture } from "../support/picture"

const notes = "# Leases\n\nA lease ends after 30 seconds. It is renewed every 10 seconds.\n"

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel("Your message").fill(question)
  await page.keyboard.press("Enter")
}

async function withNotes(it: Awaited<ReturnType<typeof chatServer>>): Promise<void> {
  const documents = await it.client.uploadDocuments([
    { name: "leases.md", content: new Blob([notes]) },
  ])
  await it.client.settleDocuments(documents)
}

test.skipIf(!browserPath)(
  "in a browser: an answer from the documents shows its search and its sources beside the chat",
  async () => {
    await using it = await chatServer({
      answer: () => "A lease ends after 30 seconds [1].\n\n```ts\nconst seconds = 30\n```\n",
    })
    await withNotes(it)
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${it.server.url}/chat`)
    expect(await page.getByLabel("Use my documents").isChecked()).toBe(true)
    await ask(page, "When does a lease end?")
    await page.getByText("Searched your documents: 1 passage").click()
    await page.getByText("“When does a lease end?”: 1 passage").waitFor()
    await page.locator(".code-head").getByText("ts").waitFor()
    await page.locator(".hljs-keyword").getByText("const").waitFor()

    const citation = page.locator("a.citation").first()
    await citation.click()
    const panel = page.getByRole("complementary", { name: "leases.md" })
    const marked = panel.locator("mark").first()
    await marked.waitFor()
    expect(notes).toContain((await marked.textContent()) ?? "-")
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press("Escape")
    await panel.waitFor({ state: "hidden" })
    expect(await citation.evaluate((it) => it === document.activeElement)).toBe(true)
    await picture(page, "chat-cited")

    await page.setViewportSize({ width: 768, height: 900 })
    await citation.click()
    await page.waitForURL(/\/documents\/.*start=/)
  },
)

test.skipIf(!browserPath)(
  "in a browser: questions are edited and answers asked for again, and each version can be shown",
  async () => {
    let asked = 0
    await using it = await chatServer({ answer: () => `Answer ${++asked}.` })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${it.server.url}/chat`)
    await ask(page, "First")
    await page.getByText("Answer 1.").waitFor()
    await page.getByRole("button", { name: "Regenerate" }).click()
    await page.getByText("Answer 2.").waitFor()
    await page.getByRole("button", { name: "Previous answer" }).click()
    await page.getByText("Answer 1.").waitFor()
    await page.getByText("1/2").waitFor()

    await page.getByLabel("Your message").press("ArrowUp")
    const edit = page.getByLabel("Your question, changed")
    expect(await edit.inputValue()).toBe("First")
    await edit.fill("First, changed")
    await page.keyboard.press("Enter")
    await page.getByText("Answer 3.").waitFor()
    expect(await page.locator('.said[data-role="user"] .said-text').allTextContents()).toEqual([
      "First, changed",
    ])
    await picture(page, "chat-branched")
    await page.getByRole("button", { name: "Previous version" }).click()
    await page.getByText("First", { exact: true }).first().waitFor()
    await page.getByText("1/2").first().waitFor()
  },
)

test.skipIf(!browserPath)(
  "in a browser: drafts are kept for each chat, and keys begin, find and stop chats",
  async () => {
    await using it = await chatServer({ answer: () => slowAnswer })
    await it.client.createSession({ title: "Another chat" })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${it.server.url}/chat/${it.id}`)
    const field = page.getByLabel("Your message")
    await field.fill("Half a thought")
    await page.getByRole("link", { name: "Another chat" }).click()
    await page.getByRole("heading", { name: "Another chat" }).waitFor()
    expect(await field.inputValue()).toBe("")
    await page.goBack()
    await page.getByRole("heading", { name: "New Chat" }).waitFor()
    expect(await field.inputValue()).toBe("Half a thought")

    await page.locator("#messages").focus()
    await page.keyboard.press("/")
    await page.keyboard.type("another")
    await page.keyboard.press("Enter")
    await page.waitForURL(/query=another/)
    const list = page.getByRole("navigation", { name: "Chats" }).getByRole("listitem")
    expect(await list.allTextContents()).toEqual(["Another chat"])

    await ask(page, "Go")
    const answer = page.locator('.said[data-role="assistant"]').last()
    await answer.getByText("All is well").waitFor()
    await page.keyboard.press("Escape")
    await answer.getByText("Stopped").waitFor()
    expect(await field.inputValue()).toBe("")
    await page.getByRole("button", { name: "Continue" }).click()
    await page.getByRole("button", { name: "Stop" }).click()
    await answer.getByText("Stopped").waitFor()
    await page.locator("#messages").focus()
    await page.keyboard.press("c")
    await page.waitForURL(/\/chat$/)
  },
)

test.skipIf(!browserPath)(
  "in a browser: the composer is at the bottom at every width, and a long chat opens at its end",
  async () => {
    await using it = await chatServer()
    const messages = Array.from({ length: 300 }, (_, nth) => ({
      ...{ id: `m${nth}`, parent_id: nth === 0 ? null : `m${nth - 1}` },
      role: nth % 2 === 0 ? ("user" as const) : ("assistant" as const),
      content:
        nth % 2 === 0 ? `Question ${nth}` : `## Answer ${nth}\n\n${"It is *so*. ".repeat(60)}`,
    }))
    const session = { title: "A long chat" }
    const file = { format: "amelia-chat" as const, version: 1 as const, session, messages }
    const { id } = await it.client.importSession(file)
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const address = `${it.server.url}/chat/${id}`
    for (const which of ["first", "second"]) {
      await page.goto(address)
      const ms = await page.evaluate(() => {
        const [load] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[]
        return load?.domContentLoadedEventEnd ?? Number.NaN
      })
      console.log(`300 messages opened in ${Math.round(ms)} ms the ${which} time`)
    }
    const newest = page.getByRole("heading", { name: "Answer 299" })
    for (const [width, height] of [
      [390, 844],
      [768, 1024],
      [1440, 900],
    ] as const) {
      await page.setViewportSize({ width, height })
      await page.goto(address)
      const end = await page.getByText("It is so.").last().boundingBox()
      const send = await page.getByRole("button", { name: "Send" }).boundingBox()
      expect((end?.y ?? 0) + (end?.height ?? 0), `the newest at ${width}`).toBeLessThan(height)
      expect(send?.y, `the composer at ${width}`).toBeGreaterThan(height - 120)
    }
    await newest.waitFor()
    await page.getByRole("link", { name: "Show earlier messages" }).click()
    await page.locator(".said-text").getByText("Question 0", { exact: true }).waitFor()
    expect(await page.locator(".said").count()).toBe(300)
  },
)

test.skipIf(!browserPath)(
  "in a browser without scripts, a chat works by links and forms",
  async () => {
    await using it = await chatServer({ answer: () => "A lease ends after 30 seconds [1]." })
    await withNotes(it)
    await whole(it.client.chat(it.id, { message: "When does a lease end?", use_rag: true }))
    await using browser = await openBrowser()
    const page = await browser.newPage({ javaScriptEnabled: false })
    await page.goto(`${it.server.url}/chat/${it.id}`)
    await page.getByLabel("Your message").fill("Once more?")
    await page.getByRole("button", { name: "Send" }).click()
    await page.locator(".said").nth(3).locator(".block").getByText("30 seconds").waitFor()
    await page.getByRole("button", { name: "Chat menu" }).click()
    await page.getByRole("button", { name: "Rename" }).click()
    await page.getByLabel("Title").fill("Leases")
    await page.getByRole("button", { name: "Save" }).first().click()
    await page.getByRole("heading", { name: "Leases" }).waitFor()
    await page.getByRole("button", { name: "Regenerate" }).last().click()
    await page.getByText("2/2").waitFor()
    await page.locator("a.citation").first().click()
    await page.waitForURL(/\/documents\/.*start=/)
  },
)
