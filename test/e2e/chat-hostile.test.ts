import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer, whole } from "../support/chat"
import { harmlessText, hostileTexts } from "../support/hostile-text"

const kinds = Object.entries(hostileTexts)

/** A page that counts what ran in it, what it asked of other hosts and what it complained about. */
async function watched(page: Page, origin: string) {
  const seen: string[] = []
  await page.exposeFunction("ran", () => seen.push("a script ran"))
  await page.route("**/*", (route) => {
    const url = route.request().url()
    if (url.startsWith(origin) || url.startsWith("data:")) return route.continue()
    seen.push(`asked ${url}`)
    return route.abort()
  })
  page.on("dialog", (dialog) => void seen.push(`dialog ${dialog.message()}`))
  page.on("pageerror", (error) => void seen.push(`error ${error.message}`))
  page.on("framenavigated", (frame) => {
    if (!frame.url().startsWith(origin)) seen.push(`went to ${frame.url()}`)
  })
  return seen
}

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
      // Whatever could be hovered or clicked by chance is.
      await page.evaluate(() => {
        for (const element of document.querySelectorAll("#messages *")) {
          for (const type of ["mouseover", "focus", "toggle", "load", "error"]) {
            element.dispatchEvent(new Event(type))
          }
        }
      })
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
