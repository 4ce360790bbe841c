import { expect, test } from "bun:test"
import type { MessageMetadata } from "../src/platform/shapes/message"
import { AnswerTexts, GrowingText } from "../views/chat/answer-text"
import { groupByDay } from "../views/chat/days"
import { harmlessText, hostileTexts } from "./support/hostile-text"

const metadata: MessageMetadata = { citations: [], usage: null, model: null }
const lists = "1. a\n\n2. b\n\n   c\n\n- d\n-\n- e\n\npara\n---\n\n    code\n\nend\r\n\r\nmore"
const texts: [string, string][] = [
  ["harmless", harmlessText],
  ["lists", lists],
  ...Object.entries(hostileTexts).filter(([, text]) => text.length < 2000),
]

test.each(texts)("%s text that grows changes only its last two blocks", (_, content) => {
  const growing = new GrowingText()
  let before: string[] = []
  for (let length = 1; length <= content.length; length += 1 + (length % 7)) {
    const blocks = growing.render({ id: "a", content: content.slice(0, length), metadata })
    const settled = Math.max(0, before.length - 2)
    expect(blocks.slice(0, settled)).toEqual(before.slice(0, settled))
    before = blocks
  }
  const last = growing.render({ id: "a", content, metadata })
  expect(textOf(last)).toBe(textOf(new AnswerTexts().render({ id: "a", content, metadata })))
})

const textOf = (blocks: string[]) =>
  blocks.join("").replaceAll(/<span class="host">.*?<\/span>|<[^>]*>|\s/g, "")

test("an answer of a megabyte is whole, its end plain, and a step of it takes little", () => {
  const content = `${"Some *words* of a long answer.\n\n".repeat(30_000)}end`
  const growing = new GrowingText()
  growing.render({ id: "a", content, metadata })
  const blocks = growing.render({ id: "a", content: `${content} & more`, metadata })
  expect(blocks.at(-1)).toEndWith("end &amp; more</p>")
  expect(textOf(blocks).length).toBeGreaterThan(700_000)
})

test("an answer that goes on is rendered anew, others are kept", () => {
  const kept = new AnswerTexts()
  const answer = { id: "a", content: "One.", metadata }
  const html = kept.render(answer)
  expect(kept.render({ ...answer })).toBe(html)
  expect(kept.render({ ...answer, content: "One. Two." })).toEqual(["<p>One. Two.</p>\n"])
})

test("chats are grouped by the day of their last change, after the pinned ones", () => {
  const now = new Date(2026, 4, 20, 10)
  const at = (day: number, month = 4, pinned = false) => ({
    ...{ id: `${month}-${day}`, title: "", model: "", temperature: null, system_prompt: "" },
    ...{ beside_model: null, pinned, message_count: 0, cost_usd: 0, created_at: "" },
    updated_at: new Date(2026, month, day, 0, 1).toISOString(),
  })
  const chats = [at(13), at(20), at(1, 2, true), at(12), at(19), at(30, 2), at(18)]
  const groups = groupByDay(chats, now).map((it) => [it.name, it.sessions.map(({ id }) => id)])
  expect(groups).toEqual([
    ["Pinned", ["2-1"]],
    ["Today", ["4-20"]],
    ["Yesterday", ["4-19"]],
    ["Previous 7 days", ["4-18", "4-13"]],
    ["May 2026", ["4-12"]],
    ["March 2026", ["2-30"]],
  ])
})
