import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer, firstText } from "../support/chat"
import { aborted, dictated } from "../support/dictated"

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel("Your message").fill(question)
  await page.keyboard.press("Enter")
}

const paragraphs = (count: number, word: string) =>
  Array.from({ length: count }, (_, nth) => `The ${word} paragraph ${nth} is **here**.\n\n`).join(
    "",
  )

test.skipIf(!browserPath)(
  "in a browser: a growing answer leaves what is complete, selected and scrolled to alone",
  async () => {
    const model = dictated()
    await using it = await chatServer({ answer: model.answer })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${it.server.url}/chat/${it.id}`)
    await ask(page, "Go")
    await model.asked
    model.say(`${paragraphs(40, "first")}And so`)
    const blocks = page.locator(".said-text .block")
    await blocks.getByText("And so").waitFor()
    // At its end, the page stays at the end.
    const scrolled = () => page.locator("#messages").evaluate((box) => box.scrollTop)
    expect(await scrolled()).toBe(0)

    await page.evaluate(() => {
      const all = [...document.querySelectorAll(".said-text .block")]
      const seen = window as unknown as { kept: Element[]; changed: Set<Element> }
      seen.kept = all.slice(0, -2)
      seen.changed = new Set()
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const block = seen.kept.find((it) => it.contains(target))
          if (block) seen.changed.add(block)
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true })
      const last = all.at(-1)?.querySelector("p")?.firstChild
      if (last) getSelection()?.setBaseAndExtent(last, 0, last, 3)
    })
    model.say(` it goes on.\n\n${paragraphs(20, "second")}And then`)
    await blocks.getByText("And then").waitFor()
    expect(await page.evaluate(() => getSelection()?.toString())).toBe("And")
    expect(await scrolled()).toBe(0)

    const latest = page.getByRole("button", { name: "Jump to latest" })
    expect(await latest.isVisible()).toBe(false)
    await page.mouse.move(700, 400)
    await page.mouse.wheel(0, -600)
    await latest.waitFor()
    const place = await blocks.nth(50).evaluate((it) => it.getBoundingClientRect().top)
    model.say(`, at last.\n\n${paragraphs(20, "third")}The end`)
    await blocks.getByText("The end").waitFor({ state: "attached" })
    const after = await blocks.nth(50).evaluate((it) => it.getBoundingClientRect().top)
    expect(Math.abs(after - place), "what is read stays in its place").toBeLessThan(2)
    await latest.click()
    await latest.waitFor({ state: "hidden" })
    expect(await scrolled()).toBe(0)
    model.say(".\n")
    model.end()
    await page.getByRole("button", { name: "Regenerate" }).waitFor()
    const left = await page.evaluate(() => {
      const { kept, changed } = window as unknown as { kept: Element[]; changed: Set<Element> }
      return [kept.every((it) => it.isConnected), changed.size]
    })
    expect(left, "the same elements, and none of them has changed").toEqual([true, 0])
    expect(await blocks.count()).toBe(83)
  },
)

test.skipIf(!browserPath)("in a browser: a growing answer comes by its stream alone", async () => {
  const model = dictated()
  await using it = await chatServer({ answer: model.answer })
  await using browser = await openBrowser()
  const page = await browser.newPage()
  await page.goto(`${it.server.url}/chat/${it.id}`)
  await ask(page, "Go")
  const asked: string[] = []
  page.on("request", (request) => asked.push(request.url()))
  const text = page.locator(".said-text").last()
  for (let nth = 0; nth < 30; nth++) {
    model.say(`Word${nth}. `)
    await text.getByText(`Word${nth}.`).waitFor()
  }
  model.end()
  await page.locator(".facts-line").waitFor()
  // Parts of the page refresh when the question and when the whole answer is stored.
  expect(asked.length).toBeLessThan(10)
})

test.skipIf(!browserPath)(
  "in a browser: a reload goes on streaming, and closing the tab stops the model within a second",
  async () => {
    const model = dictated()
    await using it = await chatServer({ answer: model.answer })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${it.server.url}/chat/${it.id}`)
    await ask(page, "Go")
    const disconnected = await model.asked
    model.say("One. ")
    await page.getByText("One.").waitFor()
    await page.reload()
    await page.getByText("One.").waitFor()
    model.say("Two. ")
    await page.getByText("One. Two.").waitFor()
    await page.reload()
    await page.getByText("One. Two.").waitFor()
    model.say("Three. ")
    await page.getByText("One. Two. Three.").waitFor()
    expect(disconnected.aborted).toBe(false)

    const gone = aborted(disconnected)
    const closed = performance.now()
    await page.close()
    await gone
    const seconds = (performance.now() - closed) / 1000
    console.log(`the model was stopped ${seconds.toFixed(2)} s after the tab was closed`)
    const [, answer] = await it.client.listMessages(it.id)
    expect(answer?.content).toBe("One. Two. Three. ")
  },
)

test.skipIf(!browserPath)(
  "in a browser: a conversation that is shown anew in mid-stream shows each block once",
  async () => {
    const model = dictated()
    await using it = await chatServer({ answer: model.answer })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${it.server.url}/chat/${it.id}`)
    await ask(page, "Go")
    await model.asked
    model.say("One.\n\nTwo.\n\n")
    const blocks = page.locator(".said").last().locator(".block")
    await blocks.getByText("Two.").waitFor()
    for (const [more, path] of [
      ["Three", it.id],
      ["Four", `${it.id}?last=9`],
    ]) {
      await page.evaluate(async (address) => {
        const { htmx } = window as unknown as { htmx: { ajax(...given: unknown[]): Promise<void> } }
        const options = { target: "#messages", select: "#messages", swap: "outerMorph" }
        await htmx.ajax("GET", address, options)
      }, `/chat/${path}`)
      model.say(`${more}.\n\n`)
      await blocks.getByText(`${more}.`).waitFor()
    }
    model.end()
    await page.getByRole("button", { name: "Regenerate" }).waitFor()
    expect(await blocks.allTextContents()).toEqual(
      ["One.", "Two.", "Three.", "Four."].map((text) => `${text}\n`),
    )
  },
)

test.skipIf(!browserPath)(
  "in a browser: a page that watches a program's answer leaves it to the program, in a second tab too",
  async () => {
    const model = dictated()
    await using it = await chatServer({ answer: model.answer })
    await using browser = await openBrowser()
    const stream = it.client.chat(it.id, { message: "Go" })
    const first = firstText(stream)
    const disconnected = await model.asked
    model.say("One. ")
    await first
    const pages = await Promise.all([browser.newPage(), browser.newPage()])
    for (const page of pages) {
      await page.goto(`${it.server.url}/chat/${it.id}`)
      await page.getByText("One.").waitFor()
    }
    model.say("Two. ")
    for (const page of pages) await page.getByText("One. Two.").waitFor()
    await Promise.all(pages.map((page) => page.close()))
    // Longer than an answer waits for a page that has left.
    await Bun.sleep(1500)
    expect(disconnected.aborted).toBe(false)
    const gone = aborted(disconnected)
    await stream.return()
    await gone
  },
)
