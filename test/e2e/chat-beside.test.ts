import { expect, test } from "bun:test"
import type { Page } from "playwright-core"
import type { MessagesRequest } from "../support/anthropic-peer"
import { accessibilityProblems } from "../support/axe"
import { browserPath, openBrowser } from "../support/browser"
import { chatServer } from "../support/chat"
import { aborted, dictated } from "../support/dictated"
import { picture } from "../support/picture"

const ids = ["claude-sonnet-5-5", "claude-haiku-5-5"]
const first = `anthropic/${ids[0]}`
const second = `anthropic/${ids[1]}`
const claude = { type: "model", display_name: "Claude", max_input_tokens: 200_000 }
const models = ids.map((id) => ({ ...claude, id, max_tokens: 8000 }))

/** Two models that write what the test hands them. */
function twoDictated() {
  const [one, two] = [dictated(), dictated()]
  const answer = (request: MessagesRequest) =>
    (request.model === ids[0] ? one : two).answer(request)
  return { one, two, answer }
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByLabel("Your message").fill(question)
  await page.keyboard.press("Enter")
}

const column = (page: Page, nth: number) => page.locator(".pair-column").nth(nth)

test.skipIf(!browserPath)(
  "in a browser: two models answer in columns at once, and one is chosen",
  async () => {
    const { one, two, answer } = twoDictated()
    const later = () => "Later."
    let questions = 0
    await using it = await chatServer({
      models,
      answer: (request) => (questions++ < 2 ? answer(request) : later()),
    })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const problems: string[] = []
    page.on("console", (message) => message.type() === "error" && problems.push(message.text()))
    page.on("pageerror", ({ message }) => problems.push(message))
    await page.goto(`${it.server.url}/chat`)
    await page.getByLabel("Model or agent").selectOption(first)
    await page.getByLabel("Second model").selectOption(second)
    await ask(page, "Go")
    await Promise.all([one.asked, two.asked])
    one.say("Sonnet says ")
    two.say("Haiku says ")
    await column(page, 0).getByText("Sonnet says").waitFor()
    await column(page, 1).getByText("Haiku says").waitFor()
    const boxes = await Promise.all([0, 1].map((nth) => column(page, nth).boundingBox()))
    expect(boxes[0]!.y).toBe(boxes[1]!.y)
    expect(boxes[1]!.x).toBeGreaterThan(boxes[0]!.x + boxes[0]!.width)

    one.say("this.")
    one.end()
    await column(page, 0).getByRole("button", { name: "Regenerate" }).waitFor()
    two.say("that")
    await column(page, 1).getByText("Haiku says that").waitFor()
    await page.reload()
    await column(page, 0).getByText("Sonnet says this.").waitFor()
    two.say(", at last.")
    await column(page, 1).getByText("Haiku says that, at last.").waitFor()
    two.end()
    await column(page, 1).getByRole("button", { name: "Regenerate" }).waitFor()
    await page.locator("[data-stream]").waitFor({ state: "detached" })
    expect(await column(page, 1).getByRole("heading").textContent()).toBe(second)
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(page, "chat-beside")

    const button = column(page, 1).getByRole("button", { name: "Go on with this" })
    await button.focus()
    await page.keyboard.press("Enter")
    const chosen = column(page, 1).getByRole("button", { name: "The chat goes on with this" })
    await chosen.waitFor()
    expect(await chosen.evaluate((it) => it === document.activeElement)).toBe(true)
    await column(page, 0).getByRole("button", { name: "Go on with this" }).waitFor()

    await page.getByLabel("Second model").selectOption("")
    await ask(page, "And then?")
    await page.getByText("Later.").waitFor()
    const sent = it.peer.requests.at(-1)?.messages.map(({ content }) => content)
    expect(sent).toEqual(["Go", "Haiku says that, at last.", "And then?"])
    expect(await page.locator(".pair").count()).toBe(1)

    await page.setViewportSize({ width: 390, height: 844 })
    const [top, bottom] = await Promise.all([0, 1].map((nth) => column(page, nth).boundingBox()))
    expect(bottom!.y).toBeGreaterThan(top!.y + top!.height)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(page, "chat-beside-narrow")
    expect(problems).toEqual([])
  },
)

test.skipIf(!browserPath)(
  "in a browser: one fails beside the other, and answers when it is asked again",
  async () => {
    let isBroken = true
    await using it = await chatServer({
      models,
      answer: ({ model }) =>
        model === ids[1] && isBroken ? { status: 400, message: "No." } : `${model} is well.`,
    })
    await it.client.updateSession(it.id, { model: first, beside_model: second })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 768, height: 1024 } })
    await page.goto(`${it.server.url}/chat/${it.id}`)
    await ask(page, "Go")
    await column(page, 0).getByText("claude-sonnet-5-5 is well.").waitFor()
    await column(page, 1).getByText("It says: No.").waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    await picture(page, "chat-beside-failed")
    isBroken = false
    await column(page, 1).getByRole("button", { name: "Retry" }).click()
    await column(page, 1).getByText("claude-haiku-5-5 is well.").waitFor()
    await column(page, 1).getByText("2/2").waitFor()
    expect(await column(page, 0).getByText("claude-sonnet-5-5 is well.").count()).toBe(1)
  },
)

test.skipIf(!browserPath)(
  "in a browser: Stop ends both answers, and so does closing the tab",
  async () => {
    const models = twoDictated()
    const others = twoDictated()
    let asked = 0
    await using it = await chatServer({
      answer: (request) => (asked++ < 2 ? models : others).answer(request),
    })
    await it.client.updateSession(it.id, { model: first, beside_model: second })
    await using browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(`${it.server.url}/chat/${it.id}`)
    await ask(page, "Go")
    const calls = await Promise.all([models.one.asked, models.two.asked])
    models.one.say("One. ")
    models.two.say("Two. ")
    await column(page, 0).getByText("One.").waitFor()
    await column(page, 1).getByText("Two.").waitFor()
    await page.keyboard.press("Escape")
    await Promise.all(calls.map(aborted))
    for (const nth of [0, 1]) await column(page, nth).getByText("Stopped").waitFor()

    await ask(page, "Once more")
    const more = await Promise.all([others.one.asked, others.two.asked])
    others.two.say("Three. ")
    await column(page, 3).getByText("Three.").waitFor()
    await page.close()
    await Promise.all(more.map(aborted))
  },
)
