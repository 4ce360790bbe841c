import { expect, test } from "bun:test"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer } from "../support/chat"
import { picture } from "../support/picture"

const story = "Once upon a time there was a <b>list</b> of links.\n\n- It was long.\n".repeat(20)

test.skipIf(!browserPath)(
  "in a browser: send a message, watch the answer, stop it, send more, rename and delete the chat",
  async () => {
    const replies = [
      { text: story, delay_ms: 5 },
      { text: story.repeat(5), delay_ms: 100 },
    ]
    await using it = await chatServer({ answer: () => replies.shift() ?? "Well." })
    await it.client.deleteSession(it.id)
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))
    await page.goto(`${it.server.url}/chat`)
    await page.getByText("No messages yet").waitFor()
    await picture(page, "chat-empty")

    let loads = 0
    page.on("load", () => loads++)
    const field = page.getByLabel("Your message")
    await field.fill("Tell me a <i>story</i>")
    await field.press("Enter")
    await page.waitForURL(/\/chat\/[0-9a-f-]+$/)
    const said = page.locator(".said")
    await said.nth(1).getByText("claude-sonnet").waitFor()
    expect(await said.first().locator(".said-text").textContent()).toBe("Tell me a <i>story</i>")
    const answered = said.nth(1).locator(".said-text")
    expect(await answered.getByText("a <b>list</b> of links").count()).toBe(20)
    expect(await answered.locator("li").count()).toBe(20)
    expect(await field.inputValue()).toBe("")
    await page.getByRole("heading", { name: "Tell me a <i>story</i>" }).waitFor()
    await picture(page, "chat-answered")
    await page.emulateMedia({ colorScheme: "dark" })
    await picture(page, "chat-answered-dark")

    await field.fill("And another one")
    await page.getByRole("button", { name: "Send" }).click()
    const answer = said.nth(3)
    await answer.getByText("Once upon a time").first().waitFor()
    await picture(page, "chat-answering-dark")
    await page.getByRole("button", { name: "Stop" }).click()
    await answer.getByText("Stopped").waitFor()
    const [session] = await it.client.listSessions()
    const kept = (await it.client.listMessages(session?.id ?? "")).at(-1)?.content
    expect(story.repeat(5)).toStartWith(kept ?? "-")
    expect(loads, "everything arrives without a reload").toBe(0)

    await page.reload()
    await answer.getByText("Stopped").waitFor()
    await page.getByRole("button", { name: "Chat menu" }).click()
    await page.getByRole("button", { name: "Rename" }).click()
    await page.getByLabel("Title").fill("Stories")
    await page.getByRole("button", { name: "Save" }).click()
    await page.getByRole("heading", { name: "Stories" }).waitFor()
    await page.getByRole("navigation", { name: "Chats" }).getByText("Stories").waitFor()
    expect(complaints).toEqual([])
    await page.getByRole("button", { name: "Chat menu" }).click()
    await page.getByRole("button", { name: "Delete" }).click()
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click()
    await page.getByText("Your chats will be listed here.").waitFor()
  },
)

test.skipIf(!browserPath)(
  "in a browser: a failed answer says why, and leaving the page stops the model",
  async () => {
    const asked = Promise.withResolvers<AbortSignal>()
    const replies = [
      { status: 400, message: "No." },
      { text: story, delay_ms: 200 },
    ]
    await using it = await chatServer({
      answer(request) {
        if (replies.length === 1) asked.resolve(request.disconnected)
        return replies.shift() ?? "Well."
      },
    })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 2560, height: 1200 } })
    await page.goto(`${it.server.url}/chat/${it.id}`)
    const field = page.getByLabel("Your message")
    await field.fill("Go")
    await field.press("Enter")
    await page.locator(".said .error-text").getByText("refused").waitFor()
    await field.fill("Go")
    await field.press("Enter")
    const disconnected = await asked.promise
    await page.locator(".said").nth(3).getByText("Once").first().waitFor()
    const gone = new Promise((resolve) => disconnected.addEventListener("abort", resolve))
    await page.goto(it.server.url)
    await gone
    await page.goto(`${it.server.url}/chat/${it.id}`)
    await page.locator(".said").nth(3).getByText("Stopped").waitFor()
    await picture(page, "chat-failed")
  },
)
