import { expect, test } from "bun:test"
import type { ChatMessage } from "../src/features/chat/schema"
import { chatServer, firstText, slowAnswer, whole } from "./support/chat"
import { rejection } from "./support/rejection"

const contents = (messages: ChatMessage[]) => messages.map(({ content }) => content)

/** A server whose model answers "To " and the question. */
const echoing = () => chatServer({ answer: ({ messages }) => `To ${messages.at(-1)?.content}` })

test("another branch is shown by one of its messages, and read from its end", async () => {
  await using it = await echoing()
  const { client, id } = it
  for (const message of ["One", "Two", "Three"]) await whole(client.chat(id, { message }))
  const [, toOne, two] = await client.listMessages(id)
  await whole(client.chat(id, { message: "Other", parent_id: toOne!.id }))
  const shown = await client.listShown(id)
  expect(contents(shown)).toEqual(["One", "To One", "Other", "To Other"])
  expect(shown[2]!.siblings).toEqual([two!.id, shown[2]!.id])
  expect(await client.showMessage(id, two!.id)).toMatchObject({ id, message_count: 8 })
  const branch = ["One", "To One", "Two", "To Two", "Three", "To Three"]
  expect(contents(await client.listShown(id))).toEqual(branch)

  const page = (query: string) =>
    it.server.fetch(`/api/chat/sessions/${id}/messages?branch=shown&limit=4${query}`)
  const end = await page("")
  expect(contents((await end.json()) as ChatMessage[])).toEqual(branch.slice(-4))
  const next = /<(.+)>; rel="next"/.exec(end.headers.get("link") ?? "")?.[1]
  const begin = await it.server.fetch(next!)
  expect(contents((await begin.json()) as ChatMessage[])).toEqual(branch.slice(0, 2))
  expect(begin.headers.get("link")).toBeNull()
  expect((await page(`&after=${two!.id}`)).status).toBe(400)

  const nobody = Bun.randomUUIDv7()
  expect(await rejection(client.showMessage(id, nobody))).toMatchObject({
    ...{ status: 400, name: "ValidationError" },
  })
  expect((await rejection(client.showMessage(nobody, two!.id))).name).toBe("SessionNotFoundError")
  expect((await rejection(client.listShown(nobody))).name).toBe("SessionNotFoundError")
})

test("a message is deleted with all that follow it, and the branch beside it is shown", async () => {
  await using it = await echoing()
  const { client, id } = it
  for (const message of ["One", "Two"]) await whole(client.chat(id, { message }))
  const [one, toOne, two] = await client.listMessages(id)
  await whole(client.chat(id, { message: "Other", parent_id: toOne!.id }))
  const [, , other] = await client.listShown(id)
  const cost = (await client.getSession(id)).cost_usd
  expect(cost).toBeGreaterThan(0)

  expect(await client.deleteMessage(id, other!.id)).toEqual({ status: "deleted" })
  expect(contents(await client.listShown(id))).toEqual(["One", "To One", "Two", "To Two"])
  expect(await client.getSession(id)).toMatchObject({ message_count: 4, cost_usd: cost })
  const events = await (await it.server.fetch("/api/events/history?types=chat.changed")).json()
  expect(events.map(({ data }: { data: object }) => data)).toEqual([{ session_id: id }])
  expect((await rejection(client.deleteMessage(id, other!.id))).name).toBe("NotFoundError")

  await client.deleteMessage(id, two!.id)
  expect(contents(await client.listShown(id))).toEqual(["One", "To One"])
  await whole(client.chat(id, { message: "Three" }))
  expect(it.peer.requests.at(-1)?.messages.map(({ content }) => content)).toEqual([
    ...["One", "To One", "Three"],
  ])

  // A message of a branch that isn't shown leaves the shown one as it is.
  await whole(client.chat(id, { message: "Root", parent_id: null }))
  await client.deleteMessage(id, one!.id)
  expect(contents(await client.listMessages(id))).toEqual(["Root", "To Root"])
  const [root] = await client.listShown(id)
  await client.deleteMessage(id, root!.id)
  expect(await client.listShown(id)).toEqual([])
  await whole(client.chat(id, { message: "Again" }))
  expect(contents(await client.listShown(id))).toEqual(["Again", "To Again"])
})

test("a message is not deleted while one of those below it is being written", async () => {
  await using it = await chatServer({ answer: () => slowAnswer })
  const { client, id } = it
  const stream = client.chat(id, { message: "Go" })
  await firstText(stream)
  const [question, answer] = await client.listMessages(id)
  for (const message of [question, answer]) {
    expect(await rejection(client.deleteMessage(id, message!.id))).toMatchObject({
      ...{ status: 409, name: "AlreadyRunningError", details: { session_id: id } },
    })
  }
  await client.stopAnswer(id)
  await client.deleteMessage(id, question!.id)
  expect(await client.listMessages(id)).toEqual([])
})

test("a conversation of 4,000 messages is cut in its middle", async () => {
  await using it = await echoing()
  const { client } = it
  const messages = Array.from({ length: 4000 }, (_, nth) => ({
    ...{ id: `${nth}`, parent_id: nth ? `${nth - 1}` : null, content: `Message ${nth}` },
    role: nth % 2 ? "assistant" : "user",
  }))
  const file = { format: "amelia-chat", version: 1, session: { title: "Long" }, messages }
  const { id } = await client.importSession(file)
  const [first, second] = await client.listShown(id, { limit: 200 })
  expect(first!.content).toBe("Message 3800")
  await client.deleteMessage(id, second!.id)
  expect(await client.getSession(id)).toMatchObject({ message_count: 3801 })
  expect((await client.listShown(id)).at(-1)).toMatchObject({ id: first!.id })
})
