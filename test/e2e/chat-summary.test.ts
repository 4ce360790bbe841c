import { expect, test } from "bun:test"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer, whole } from "../support/chat"
import { picture } from "../support/picture"

const claude = { id: "claude-sonnet-5-5", type: "model", display_name: "Claude" }
const summary = "- A lease takes **30 s**.\n- <b>Nobody</b> renews it yet."

test.skipIf(!browserPath)(
  "in a browser: what was left out is summarised, read, and sent again",
  async () => {
    await using it = await chatServer(
      {
        models: [{ ...claude, max_input_tokens: 8000, max_tokens: 2000 }],
        answer: ({ system }) => (system[0]!.text.includes("summarise") ? summary : "Well."),
      },
      { DEFAULT_MAX_TOKENS: "1000" },
    )
    const { client, id } = it
    const long = "The lease of a worker ends after a while. ".repeat(150)
    for (const word of ["One", "Two", "Three", "Four"]) {
      await whole(client.chat(id, { message: `${word} ${long}` }))
    }
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await page.goto(`${it.server.url}/chat/${id}`)
    const note = page.locator(".left-out")
    await note.getByText("messages were left out of the last answer").waitFor()
    await note.getByRole("button", { name: "Summarise" }).click()
    await note.getByText("The model gets a summary").waitFor()
    await note.getByText("Show the summary").click()
    const read = await note.locator(".left-out-summary li").allTextContents()
    expect(read).toEqual(["A lease takes 30 s.", "<b>Nobody</b> renews it yet."])
    expect(await accessibilityProblems(page)).toEqual([])
    await note.scrollIntoViewIfNeeded()
    await picture(page, "chat-summary")
    await page.setViewportSize({ width: 390, height: 800 })
    await note.scrollIntoViewIfNeeded()
    await picture(page, "chat-summary-narrow")
    await note.getByRole("button", { name: "Remove the summary" }).click()
    await note.getByText("messages were left out of the last answer").waitFor()
  },
)
