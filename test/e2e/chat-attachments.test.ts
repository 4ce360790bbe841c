import { expect, test } from "bun:test"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer } from "../support/chat"
import { picture } from "../support/picture"

const memo = "# Memo\n\nThe gate is painted green, by order of Clara.\n"

test.skipIf(!browserPath)(
  "in a browser: attach a file to a new chat, drop another, ask about them, and remove one",
  async () => {
    await using it = await chatServer({ answer: () => "The gate is painted green [1]." })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    page.on("pageerror", (error) => complaints.push(error.message))

    await page.goto(`${it.server.url}/chat`)
    const buffer = Buffer.from(memo)
    await page
      .getByLabel("Attach files")
      .setInputFiles({ name: "memo <b>.md", mimeType: "text/markdown", buffer })
    await page.waitForURL(/\/chat\/[0-9a-f-]+$/)
    const files = page.getByRole("list", { name: "Files of this chat" })
    await files.getByText("memo <b>.md").waitFor()

    await page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(["# Note\n\nThe lamp is red.\n"], "note.md"))
      const drop = { dataTransfer, bubbles: true, cancelable: true }
      document.querySelector("#messages")?.dispatchEvent(new DragEvent("drop", drop))
    })
    await files.getByText("note.md").waitFor()
    await picture(page, "chat-attached")

    const field = page.locator("#composer textarea")
    await field.fill("What colour has the gate?")
    await field.press("Enter")
    const mark = page.locator('.said[data-role="assistant"] a.citation')
    await mark.waitFor()
    const asked = it.peer.requests.at(-1)?.messages.at(-1)?.content
    expect(asked).toContain("painted green")
    expect(asked).toContain("The lamp is red")

    await files.getByRole("button", { name: "Remove note.md" }).click()
    await files.getByText("note.md").waitFor({ state: "detached" })
    const kept = await it.client.listDocuments()
    expect(kept.map(({ name }) => name)).toEqual(["memo <b>.md"])
    expect(complaints).toEqual([])
  },
)

test.skipIf(!browserPath)(
  "in a browser: paste an image, see it, ask about it, and ask again in other words",
  async () => {
    await using it = await chatServer({ answer: () => "It shows a chat." })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const complaints: string[] = []
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()))
    await page.goto(`${it.server.url}/chat`)
    const shot = (await page.screenshot()).toString("base64")
    const paste = (name: string) =>
      page.evaluate(
        ([name = "", data = ""]) => {
          const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0))
          const clipboardData = new DataTransfer()
          clipboardData.items.add(new File([bytes], name, { type: "image/png" }))
          const pasted = { clipboardData, bubbles: true, cancelable: true }
          document.querySelector("#message")?.dispatchEvent(new ClipboardEvent("paste", pasted))
        },
        [name, shot],
      )
    await paste("shot.png")
    await page.waitForURL(/\/chat\/[0-9a-f-]+$/)
    const files = page.getByRole("list", { name: "Files of this chat" })
    await files.getByText("shot.png").waitFor()
    await paste("other.png")
    await files.getByRole("button", { name: "Remove other.png" }).click()
    await files.getByText("other.png").waitFor({ state: "detached" })
    await picture(page, "chat-image-pasted")

    await page.locator("#message").fill("What is this?")
    await page.locator("#message").press("Enter")
    const question = page.locator('.said[data-role="user"]')
    const image = question.getByRole("img", { name: "shot.png" })
    await image.waitFor()
    await page.waitForFunction(
      () => (document.querySelector(".said-images img") as HTMLImageElement)?.naturalWidth === 1280,
    )
    await page.getByText("It shows a chat.").waitFor()
    await files.waitFor({ state: "detached" })
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(page, "chat-image")

    await question.getByText("Edit").click()
    await question.getByLabel("Your question, changed").fill("And in one word?")
    await question.getByRole("button", { name: "Ask again" }).click()
    await question.locator(".said-text").getByText("And in one word?").waitFor()
    await image.waitFor()
    const content = it.peer.requests.at(-1)?.messages.at(-1)?.content
    expect(content).toMatchObject([{ type: "image" }, { type: "text", text: "And in one word?" }])
    expect(complaints).toEqual([])
  },
)
