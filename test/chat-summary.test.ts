import { expect, test } from "bun:test"
import type { MessagesRequest } from "./support/anthropic-peer"
import { chatServer, whole } from "./support/chat"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

// What a model has no room for can be summarised, and the summary is sent instead.

const claude = { id: "claude-sonnet-5-5", type: "model", display_name: "Claude" }
const models = [{ ...claude, max_input_tokens: 8000, max_tokens: 2000 }]
const long = (what: string) => `${what} ${"The lease of a worker ends after a while. ".repeat(150)}`

const isSummarising = ({ system }: MessagesRequest) =>
  system[0]!.text.startsWith("You summarise the beginning")

/** A server whose model has a window of 8,000 tokens, with a chat of these questions. */
async function chatOf(...questions: string[]) {
  let made = 0
  const answer = (request: MessagesRequest) =>
    isSummarising(request) ? `~~~~~~ Summary ${++made}: a lease takes 30 s.` : "Well."
  const it = await chatServer({ models, answer }, { DEFAULT_MAX_TOKENS: "1000" })
  for (const message of questions) await whole(it.client.chat(it.id, { message }))
  const summarising = () => it.peer.requests.filter(isSummarising)
  return { ...it, summarising, page: async () => (await it.server.fetch(`/chat/${it.id}`)).text() }
}

const usageOf = async (it: { client: Awaited<ReturnType<typeof chatOf>>["client"]; id: string }) =>
  (await it.client.listShown(it.id)).at(-1)!.metadata.usage!

test("the messages that were left out are summarised, and so are more with that", async () => {
  await using it = await chatOf(...["One", "Two", "Three", "Four", "Five"].map(long))
  const { client, id, peer } = it
  const { trimmed_messages: left } = await usageOf(it)
  expect(left).toBeGreaterThan(2)
  expect(await it.page()).toContain(`The first ${left} messages were left out`)

  const text = "~~~~~~ Summary 2: a lease takes 30 s."
  expect(await client.summarise(id)).toEqual({ messages: left, summary: { text, messages: left } })
  const sent = it.summarising().map(({ messages }) => messages[0]!.content)
  expect(sent).toHaveLength(2)
  expect(sent.join()).toContain("User: One The lease")
  expect(sent.join()).toContain("Assistant: Well.")
  expect(sent.join()).not.toContain("Five")
  expect(await it.page()).toContain(`The model gets a summary of the first ${left} messages.`)

  await whole(client.chat(id, { message: "How long does a lease take?" }))
  const { system, messages } = peer.requests.at(-1)!
  expect(system[0]!.text).toContain(text)
  expect(messages).toHaveLength(10 - left + 1)
  expect(messages.at(-1)!.content).toBe("How long does a lease take?")
  expect((await usageOf(it)).trimmed_messages).toBe(left)

  for (const word of ["Six", "Seven"]) await whole(client.chat(id, { message: long(word) }))
  const { trimmed_messages: later } = await usageOf(it)
  expect(later).toBeGreaterThan(left)
  expect(await it.page()).toContain(`The model got a summary of the first ${left}.`)
  const again = await client.summarise(id)
  expect(again.summary).toMatchObject({ messages: later })
  const last = it.summarising().find(({ messages }) => messages[0]!.content.includes(text))!
  expect(last.messages[0]!.content).toContain("# Summary so far\n~~~~~~~\n")
  expect(last.messages[0]!.content).not.toContain("User: One")
})

test("a summary is its branch's own, goes into an export, and can be removed", async () => {
  await using it = await chatOf(...["One", "Two", "Three", "Four", "Five"].map(long))
  const { client, id, peer } = it
  await client.summarise(id)
  const copy = await client.importSession(await client.exportSession(id))
  await whole(client.chat(copy.id, { message: "Go on" }))
  expect(peer.requests.at(-1)!.system[0]!.text).toContain("Summary")

  await whole(client.chat(id, { message: "Begin anew", parent_id: null }))
  expect(peer.requests.at(-1)!.system[0]!.text).not.toContain("Summary")
  const [, answered] = (await client.listMessages(id)).slice(-4)
  await client.showMessage(id, answered!.id)
  await whole(client.chat(id, { message: "Go on" }))
  expect(peer.requests.at(-1)!.system[0]!.text).toContain("Summary")

  await client.removeSummary(id)
  await whole(client.chat(id, { message: "Go on" }))
  expect(peer.requests.at(-1)!.system[0]!.text).not.toContain("Summary")
})

test("nothing is summarised that isn't left out, or without a model", async () => {
  await using it = await chatOf("Hello")
  const { client, id } = it
  const nothing = await rejection(client.summarise(id))
  expect(nothing).toMatchObject({ status: 400, name: "WorkflowStateError" })
  for (const word of ["One", "Two", "Three", "Four"]) {
    await whole(client.chat(id, { message: long(word) }))
  }
  const calls = async () => (await (await it.server.fetch("/api/calls/totals")).json())[0].calls
  const before = await calls()
  await client.summarise(id)
  expect(await calls()).toBe(before + it.summarising().length)
  expect(await rejection(client.summarise(id))).toMatchObject({ name: "WorkflowStateError" })

  await using server = await testServer()
  const { id: other } = await server.client.createSession()
  for (const word of ["One", "Two", "Three"]) {
    await whole(server.client.chat(other, { message: long(word).repeat(25) }))
  }
  expect(await rejection(server.client.summarise(other))).toMatchObject({
    ...{ status: 503, message: "A summary needs a model. Choose one, and ask again." },
  })
})
