import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer, whole } from "../support/chat"
import { harmlessText, hostileTexts } from "../support/hostile-text"
import { poke, watched } from "../support/watched-page"

const kinds = Object.entries(hostileTexts)

test.skipIf(!browserPath)(
  "hostile text in questions, answers, documents and their names runs and loads nothing",
  async () => {
    await using it = await chatServer(
      { answer: ({ messages }) => `${harmlessText}\n\n${attackIn(messages.at(-1)?.content)}` },
      { RATE_LIMIT_MESSAGES: "1000/minute" },
    )
    const { client } = it
    const name = `"><img src=x onerror=ran()> [a](javascript:ran()).md`
    await client.uploadDocuments(
      kinds.map(([kind, text], nth) => ({
        name: nth === 0 ? name : `${kind}.md`,
        content: new Blob([documentOf(kind, text)]),
      })),
    )
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const seen = await watched(page, it.server.url)
    for (const [kind, text] of kinds) {
      const { id } = await client.createSession({ title: `${kind} <img src=x onerror=ran()>` })
      const message = `What is the ${kind} kind? (${kind})\n\n${text}`
      await whole(client.chat(id, { message, use_rag: true }))
      await page.goto(`${it.server.url}/chat/${id}`)
      const answer = page.locator('.said[data-role="assistant"]').last()
      await answer.getByRole("heading", { name: "A heading" }).waitFor()
      await poke(page, "#messages")
      const links = await page
        .locator("#messages a")
        .evaluateAll((all) => all.map((it) => (it as HTMLAnchorElement).href))
      expect(links.filter((href) => href && !/^(https?|mailto):/.test(href))).toEqual([])
      const strange =
        "#messages :is(script, style, iframe, img, svg, math, object, base, meta, video)"
      expect(
        await page
          .locator(strange)
          .filter({ hasNot: page.locator(".icon") })
          .count(),
        kind,
      ).toBe(await page.locator("#messages svg.icon").count())
      await expectHarmless(page)
      expect(seen, kind).toEqual([])
    }
  },
)

/** A document may have no control characters: it would be refused as binary data. */
function documentOf(kind: string, text: string): string {
  const printable = text.replace(/[^\P{Cc}\n\t]/gu, "")
  return `# <img src=x onerror=ran()> ${kind}\n\nThe ${kind} kind.\n\n${printable}\n`
}

/** Returns the text that a question carries after its first line. */
function attackIn(prompt: unknown): string {
  const [kind] = /(?<=^What is the .* kind\? \()[^)]+/m.exec(String(prompt)) ?? []
  return kind ? `${hostileTexts[kind]}\n\nSee [1], and [2].` : ""
}

async function expectHarmless(page: Page): Promise<void> {
  const answer = page.locator('.said[data-role="assistant"]').last()
  expect(await answer.locator("strong").first().textContent()).toBe("bold")
  expect(await answer.locator("td").allTextContents()).toContain(`"q" & 'r'`)
  expect(await answer.locator("pre").first().textContent()).toContain("1 < 2")
  const link = answer.getByRole("link", { name: "the site" })
  expect(await link.getAttribute("href")).toBe("https://example.org/a?b=1&c=2")
}

test.skipIf(!browserPath)(
  "hostile text in prompts, and in a chat that somebody else exported, runs and loads nothing",
  async () => {
    await using it = await chatServer({ answer: () => "Well." })
    const { client, server } = it
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const seen = await watched(page, server.url)
    for (const [nth, [kind, text]] of kinds.entries()) {
      const { id } = await client.importSession(exportedWith(text))
      await page.goto(`${server.url}/chat/${id}`)
      await page.getByText("Show the summary").click()
      await page.locator(".left-out-summary").getByText("A heading").waitFor()
      await poke(page, "#conversation")
      expect(seen, kind).toEqual([])
      await client.createPrompt({
        name: `prompt-${nth}`,
        body: documentOf(kind, text).slice(0, 20_000),
      })
    }
    await page.goto(`${server.url}/prompts`)
    await page.getByText("prompt-0").first().waitFor()
    await poke(page, "main")
    await page.goto(`${server.url}/chat`)
    await page.locator("#message").pressSequentially("/prompt-0")
    await page.getByRole("option").first().waitFor()
    await page.keyboard.press("Enter")
    await page.waitForFunction(() =>
      document.querySelector<HTMLTextAreaElement>("#message")?.value.includes("kind"),
    )
    await poke(page, "#conversation")
    expect(seen).toEqual([])
  },
)

/** A file as an export makes it, with the text wherever one can be. */
function exportedWith(text: string) {
  const usage = { input_tokens: 1, output_tokens: 1, cached_tokens: 0, cost_usd: 0 }
  const summary = `${harmlessText}\n\n${text}`
  const name = text.slice(0, 200)
  const metadata = {
    ...{ model: name, agent: name, usage: { ...usage, trimmed_messages: 2 } },
    ...{ searches: [{ query: name, results: 1 }], error: { error: name, message: name } },
    unread_documents: [{ id: crypto.randomUUID(), name, reason: name }],
  }
  const asked = (id: string, parent_id: string | null) => ({
    ...{ id, parent_id, role: "user" as const, content: text },
  })
  const answered = (id: string, parent_id: string, metadata: object, beside = false) => ({
    ...{ id, parent_id, role: "assistant" as const, content: text, metadata, beside },
  })
  return {
    ...{ format: "amelia-chat", version: 1, session: { title: name, system_prompt: name } },
    messages: [
      ...[asked("1", null), answered("2", "1", { summary }), asked("3", "2")],
      ...[answered("4", "3", metadata), answered("5", "3", metadata, true)],
    ],
  }
}
