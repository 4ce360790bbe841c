import { expect, test } from "bun:test"
import { connect } from "node:net"
import type { Client } from "../src/ways-in/client/client"
import { anthropicPeer } from "./support/anthropic-peer"
import { chatServer, firstText, modelAt, slowAnswer, whole } from "./support/chat"
import { freshHome } from "./support/database"
import type { Reply } from "./support/model-peer"
import { serveProcess } from "./support/process"
import { rejection } from "./support/rejection"

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()))

/** Waits for a session's answer to end and returns it. */
async function ended(client: Client, id: string) {
  for (;;) {
    const answer = (await client.listMessages(id)).at(-1)
    if (answer?.role === "assistant" && !answer.metadata.generating) return answer
    await Bun.sleep(10)
  }
}

test("a stop ends the call and keeps the partial answer, marked, in the history", async () => {
  const answers = [slowAnswer, "Well."]
  await using it = await chatServer({ answer: () => answers.shift() ?? "" })
  const { client, id, peer } = it
  const stream = client.chat(id, { message: "Go" })
  const begun = await firstText(stream)
  const gone = aborted(peer.requests[0]!.disconnected)
  expect(await rejection(whole(client.chat(id, { message: "Me too" })))).toMatchObject({
    ...{ status: 409, name: "AlreadyRunningError", details: { session_id: id } },
  })
  expect((await client.listMessages(id)).at(-1)?.metadata.generating).toBe(true)
  expect((await client.stopAnswer(id)).message_count).toBe(2)
  await gone
  const { text, events } = await whole(stream)
  expect(events.at(-1)).toMatchObject({ event: "done", data: { stopped: true } })
  const { content, metadata } = await ended(client, id)
  expect(content).toBe(begun + text)
  expect(slowAnswer.text).toStartWith(content)
  expect(metadata).toMatchObject({ stopped: true, usage: { output_tokens: null } })
  expect(metadata).not.toHaveProperty("error")
  await whole(client.chat(id, { message: "Go on" }))
  expect(peer.requests[1]?.messages.map((it) => it.content)).toEqual(["Go", content, "Go on"])
})

test("a client that disconnects ends the call, and the partial answer is kept", async () => {
  await using it = await chatServer({ answer: () => slowAnswer })
  const { client, id, peer } = it
  const stream = client.chat(id, { message: "Go" })
  await firstText(stream)
  const gone = aborted(peer.requests[0]!.disconnected)
  await stream.return()
  await gone
  const { content, metadata } = await ended(client, id)
  expect(content).toStartWith("All is well")
  expect(metadata).toMatchObject({ stopped: true })
})

test("a client that disconnects before the first text ends the call, too", async () => {
  const asked = Promise.withResolvers<AbortSignal>()
  await using it = await chatServer({
    before: ({ disconnected }) => asked.resolve(disconnected),
    answer: () => ({ fault: "silence" }),
  })
  const leaving = new AbortController()
  const stream = it.client.chat(it.id, { message: "Go" }, leaving.signal)
  const heard = rejection(whole(stream))
  const gone = aborted(await asked.promise)
  leaving.abort()
  await Promise.all([gone, heard])
  expect(await ended(it.client, it.id)).toMatchObject({ content: "", metadata: { stopped: true } })
})

test.each<[string, Reply, string]>([
  ["before", { status: 400, message: "No." }, ""],
  ["after", { fault: "error_event", after: "So far. ".repeat(20) }, "So far. ".repeat(20)],
])(
  "a provider that fails %s the first text ends the stream with its error, and what there is stays",
  async (_, reply, kept) => {
    await using it = await chatServer({ answer: () => reply })
    const { client, id } = it
    const response = await it.post(`/api/chat/sessions/${id}/stream`, { message: "Go" })
    const told = (await response.text()).trim().split("\n\n")
    const [, data = ""] = told.at(-1)?.split("event: error\ndata: ") ?? []
    const error = JSON.parse(data)
    expect(error).toMatchObject({
      ...{ error: "LLMAPIError", path: `/api/chat/sessions/${id}/stream` },
      ...{ details: { provider: "anthropic" }, request_id: response.headers.get("x-request-id") },
    })
    expect(told.some((it) => it.startsWith("event: done"))).toBe(false)
    const { content, metadata } = await ended(client, id)
    expect(content).toBe(kept)
    expect(metadata.error).toEqual({ error: "LLMAPIError", message: error.message })
    const events = await (await it.server.fetch("/api/events/history?types=chat.message")).json()
    expect(events.at(-1).data).toMatchObject({ role: "assistant", error: error.message })
    expect(await client.getSession(id)).toMatchObject({ message_count: 2, cost_usd: null })
  },
)

test("deleting a session during an answer ends the call and keeps its cost", async () => {
  await using it = await chatServer({ answer: () => slowAnswer })
  const { client, id, peer } = it
  const stream = client.chat(id, { message: "Go" })
  await firstText(stream)
  const gone = aborted(peer.requests[0]!.disconnected)
  await client.deleteSession(id)
  await gone
  expect((await whole(stream)).events.at(-1)).toMatchObject({ data: { stopped: true } })
  expect(await client.listSessions()).toEqual([])
  expect((await (await it.server.fetch("/metrics")).json()).llm.calls).toBe(1)
})

test("a server that shuts down stops answers after SHUTDOWN_TIMEOUT and keeps partial ones", async () => {
  await using home = await freshHome()
  await using peer = await anthropicPeer({ answer: () => slowAnswer })
  const env = { ...modelAt(peer.url), SHUTDOWN_TIMEOUT: "1" }
  const first = await serveProcess({ home: home.home, env })
  const { id } = await first.client.createSession()
  const stream = first.client.chat(id, { message: "Go" })
  await firstText(stream)
  const [code, error] = await Promise.all([first.stop(), rejection(whole(stream))])
  expect(code).toBe(0)
  expect(error.name).toBe("ServiceUnavailableError")
  await using next = await serveProcess({ home: home.home })
  const [, answer] = await next.client.listMessages(id)
  expect(slowAnswer.text).toStartWith(answer!.content)
  expect(answer!.metadata).toMatchObject({
    ...{ stopped: true, error: { error: "ServiceUnavailableError" } },
  })
})

test("after a SIGKILL the message and the saved part of the answer are there, marked", async () => {
  await using home = await freshHome()
  await using peer = await anthropicPeer({ answer: () => ({ ...slowAnswer, delay_ms: 100 }) })
  await using first = await serveProcess({ home: home.home, env: modelAt(peer.url) })
  const { id } = await first.client.createSession()
  const stream = first.client.chat(id, { message: "Go" })
  let seen = ""
  const reading = (async () => {
    for await (const { event, data } of stream) if (event === "delta") seen += data.text
  })()
  const heard = rejection(reading)
  // By the third second, the text of the first two is stored.
  while (seen.length < 30 * 40) await Bun.sleep(20)
  await first.kill()
  await heard
  await using next = await serveProcess({ home: home.home, env: modelAt(peer.url) })
  const [message, answer] = await next.client.listMessages(id)
  expect(message).toMatchObject({ role: "user", content: "Go" })
  expect(answer!.content.length).toBeGreaterThan(0)
  expect(slowAnswer.text).toStartWith(answer!.content)
  expect(answer!.metadata.error?.message).toContain("broke off")
  expect(answer!.metadata).not.toHaveProperty("generating")
  const again = next.client.chat(id, { message: "Again" })
  await firstText(again)
  await again.return()
})

test("a client that stops reading delays no answer, and later gets it all in a few pieces", async () => {
  const text = "0123456789".repeat(200_000)
  await using it = await chatServer({ answer: () => text })
  const { host, hostname, port } = new URL(it.server.url)
  const body = JSON.stringify({ message: "Go" })
  const socket = connect({ host: hostname, port: Number(port) }).pause()
  socket.write(
    `POST /api/chat/sessions/${it.id}/stream HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  expect((await ended(it.client, it.id)).content).toBe(text)
  const read = Buffer.concat(await Array.fromAsync(socket)).toString()
  const lines = read.replace(/\r\n[0-9a-f]+\r\n/g, "").split("\n")
  const pieces = lines.filter((line) => line.startsWith('data: {"text"'))
  expect(pieces.map((line) => JSON.parse(line.slice(6)).text).join("")).toBe(text)
  expect(pieces.length).toBeLessThan(50)
  expect(read).toContain("event: done")
})
