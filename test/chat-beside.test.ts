import { expect, test } from "bun:test"
import type { ShownMessage } from "../src/features/chat/schema"
import { anthropicPeer } from "./support/anthropic-peer"
import { chatServer, firstText, modelAt, slowAnswer, whole } from "./support/chat"
import { freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { rejection } from "./support/rejection"

const first = "anthropic/claude-sonnet-5-5"
const second = "anthropic/claude-haiku-5-5"

/** A server whose models answer with their name and the question. */
const naming = () =>
  chatServer({ answer: ({ model, messages }) => `${model}: ${messages.at(-1)?.content}` })

const pairOf = ({ content, beside, other_answer }: ShownMessage) => [
  [content, beside],
  [other_answer?.content, other_answer?.beside],
]

test("two models answer one question at once, and their texts don't mix", async () => {
  const text = (model: string) => `${model} says this. `.repeat(200)
  await using it = await chatServer({ answer: ({ model }) => ({ text: text(model), delay_ms: 5 }) })
  const { client, id, peer } = it
  await client.updateSession(id, { model: first })
  const one = client.chat(id, { message: "Go" })
  const begin = await firstText(one)
  const [question] = await client.listMessages(id)
  const two = client.regenerate(id, { message_id: question!.id, model: second, beside: true })
  const other = await firstText(two)
  const written = (await client.listMessages(id)).map(
    ({ metadata }) => metadata.generating === true,
  )
  expect(written).toEqual([false, true, true])
  const texts = await Promise.all([whole(one), whole(two)])
  expect(begin + texts[0].text).toBe(text("claude-sonnet-5-5"))
  expect(other + texts[1].text).toBe(text("claude-haiku-5-5"))
  const sent = peer.requests.map(({ messages }) => messages.map(({ content }) => content))
  expect(sent).toEqual([["Go"], ["Go"]])
  const [, answer] = await client.listShown(id)
  expect(answer).toMatchObject({
    ...{ beside: false, metadata: { model: first } },
    other_answer: { beside: true, metadata: { model: second } },
  })
  expect(answer!.siblings).toEqual([answer!.id])
  expect(answer!.other_answer!.siblings).toEqual([answer!.other_answer!.id])
})

test("the chat goes on with the answer that is chosen", async () => {
  await using it = await naming()
  const { client, id, peer } = it
  await client.updateSession(id, { model: first })
  await whole(client.chat(id, { message: "One" }))
  await whole(client.regenerate(id, { model: second, beside: true }))
  const [, shown] = await client.listShown(id)
  const pair = ["claude-sonnet-5-5: One", "claude-haiku-5-5: One"]
  expect(pairOf(shown!)).toEqual([
    [pair[0], false],
    [pair[1], true],
  ])

  await client.showMessage(id, shown!.other_answer!.id)
  await whole(client.chat(id, { message: "Two" }))
  const history = peer.requests.at(-1)?.messages.map(({ content }) => content)
  expect(history).toEqual(["One", "claude-haiku-5-5: One", "Two"])
  const branch = await client.listShown(id)
  expect(pairOf(branch[1]!)).toEqual([
    [pair[1], true],
    [pair[0], false],
  ])
  // The other one is where the chat goes on again, with nothing after it yet.
  await client.showMessage(id, shown!.id)
  expect(await client.listShown(id)).toHaveLength(2)
  // The question is shown with the answer that something follows.
  await client.showMessage(id, branch[0]!.id)
  expect((await client.listShown(id)).map((it) => it.id)).toEqual(branch.map((it) => it.id))
})

test("each of the two is answered again by its own model, as a version of its own", async () => {
  await using it = await naming()
  const { client, id } = it
  await client.updateSession(id, { model: first, beside_model: second })
  await whole(client.chat(id, { message: "One" }))
  await whole(client.regenerate(id, { beside: true }))
  const [question, a, b] = await client.listMessages(id)
  await whole(client.regenerate(id, { message_id: b!.id }))
  await whole(client.regenerate(id, { message_id: a!.id }))
  const [, , , newB, newA] = await client.listMessages(id)
  expect(newB).toMatchObject({ beside: true, metadata: { model: second } })
  expect(newA).toMatchObject({ beside: false, metadata: { model: first } })
  const [, shown] = await client.listShown(id)
  expect(shown).toMatchObject({
    ...{ id: newA!.id, siblings: [a!.id, newA!.id] },
    other_answer: { id: newB!.id, siblings: [b!.id, newB!.id] },
  })
  // A new version of the chosen one is chosen.
  await client.showMessage(id, newB!.id)
  await whole(client.regenerate(id, { message_id: newB!.id }))
  const [, chosen] = await client.listShown(id)
  expect(chosen!.siblings).toHaveLength(3)
  expect(chosen!.id).toBe(chosen!.siblings[2]!)
  // Without beside, another model's answer is a version of the first.
  await whole(client.regenerate(id, { message_id: question!.id, model: second }))
  const [, last] = await client.listShown(id)
  expect(last).toMatchObject({ beside: false, metadata: { model: second } })
})

test("there is one answer at a time, and one beside it; stop ends both", async () => {
  await using it = await chatServer({ answer: () => slowAnswer })
  const { client, id, peer } = it
  const one = client.chat(id, { message: "Go" })
  await firstText(one)
  const two = client.regenerate(id, { model: second, beside: true })
  await firstText(two)
  for (const beside of [true, false]) {
    expect(await rejection(whole(client.regenerate(id, { beside })))).toMatchObject({
      ...{ status: 409, name: "AlreadyRunningError" },
    })
  }
  await client.stopAnswer(id)
  await Promise.all([whole(one), whole(two)])
  const [, a, b] = await client.listMessages(id)
  expect([a, b].map((it) => it!.metadata.stopped)).toEqual([true, true])
  expect(peer.requests).toHaveLength(2)
  expect((await rejection(client.stopAnswer(id))).name).toBe("WorkflowStateError")

  // Each goes on by itself.
  const rest = client.continueAnswer(id, { message_id: b!.id })
  await firstText(rest)
  expect(peer.requests.at(-1)?.model).toBe("claude-haiku-5-5")
  await client.stopAnswer(id)
  expect((await client.listShown(id)).at(-1)?.id).toBe(a!.id)
})

test("after a SIGKILL both answers are there as far as they were saved, marked", async () => {
  await using home = await freshHome()
  await using peer = await anthropicPeer({ answer: () => ({ ...slowAnswer, delay_ms: 100 }) })
  await using killed = await serveProcess({ home: home.home, env: modelAt(peer.url) })
  const { id } = await killed.client.createSession()
  const one = killed.client.chat(id, { message: "Go" })
  await firstText(one)
  const two = killed.client.regenerate(id, { model: second, beside: true })
  await firstText(two)
  await killed.kill()
  await Promise.all([rejection(whole(one)), rejection(whole(two))])
  await using next = await serveProcess({ home: home.home, env: modelAt(peer.url) })
  const [, shown] = await next.client.listShown(id)
  for (const answer of [shown!, shown!.other_answer!]) {
    expect(slowAnswer.text).toStartWith(answer.content)
    expect(answer.metadata.error?.message).toContain("broke off")
    expect(answer.metadata.generating).toBeUndefined()
  }
})

test("one fails and the other answers", async () => {
  await using it = await chatServer({
    answer: ({ model }) => (model.includes("haiku") ? { status: 400, message: "No." } : "Well."),
  })
  const { client, id } = it
  await client.updateSession(id, { model: first })
  await whole(client.chat(id, { message: "Go" }))
  await rejection(whole(client.regenerate(id, { model: second, beside: true })))
  const [, answer] = await client.listShown(id)
  expect(answer).toMatchObject({ content: "Well." })
  expect(answer!.other_answer!.metadata.error).toBeDefined()
})

test("unknown models are refused, as a second one too", async () => {
  await using it = await naming()
  const { client, id } = it
  await whole(client.chat(id, { message: "Go" }))
  const unknown = [
    () => client.updateSession(id, { beside_model: "nobody/nothing" }),
    () => client.createSession({ beside_model: "amelia/agent:Nobody" }),
    () => whole(client.regenerate(id, { model: "nobody/nothing" })),
  ]
  for (const refused of unknown) {
    expect(await rejection(refused())).toMatchObject({ status: 400, name: "ValidationError" })
  }
  expect(await client.updateSession(id, { beside_model: second })).toMatchObject({
    beside_model: second,
  })
  expect(await client.updateSession(id, { beside_model: null })).toMatchObject({
    beside_model: null,
  })
})

test("an export keeps both answers and the second model", async () => {
  await using it = await naming()
  const { client, id } = it
  await client.updateSession(id, { model: first, beside_model: second })
  await whole(client.chat(id, { message: "One" }))
  await whole(client.regenerate(id, { beside: true }))
  const file = JSON.parse(JSON.stringify(await client.exportSession(id)))
  const copy = await client.importSession(file)
  expect(copy.beside_model).toBe(second)
  const [, shown] = await client.listShown(copy.id)
  expect(pairOf(shown!)).toEqual([
    ["claude-sonnet-5-5: One", false],
    ["claude-haiku-5-5: One", true],
  ])
  file.messages[0].beside = true
  expect((await rejection(client.importSession(file))).name).toBe("ValidationError")
})

test("without scripts, a question is answered by both before the page comes", async () => {
  await using it = await naming()
  const { server, client } = it
  const body = new URLSearchParams({ message: "One", model: first, beside_model: second })
  const sent = await server.fetch("/chat", { method: "POST", body, redirect: "manual" })
  expect(sent.status).toBe(303)
  const page = await (await server.fetch(sent.headers.get("location")!)).text()
  expect(page.match(/class="pair-column"/g)).toHaveLength(2)
  const [session] = await client.listSessions()
  expect(session).toMatchObject({ model: first, beside_model: second, message_count: 3 })
})
