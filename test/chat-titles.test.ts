import { expect, test } from "bun:test"
import { chatServer, whole } from "./support/chat"
import type { Reply } from "./support/model-peer"
import { ollamaPeer } from "./support/ollama-peer"
import { testServer } from "./support/server"

const question =
  "When exactly does the lease of a worker end, and who takes over its runs after that?"
const firstLine = "When exactly does the lease of a worker end, and who takes…"
const asksForTitle = ({ system }: { system?: unknown }) =>
  JSON.stringify(system).includes("You name conversations")

/** A server whose model names sessions. `ask` resolves once the question's title is settled. */
async function naming(title: Reply | string, settings: Record<string, string> = {}) {
  const it = await chatServer(
    { answer: (request) => (asksForTitle(request) ? title : "After 30 seconds.") },
    { CHAT_TITLES: "model", ...settings },
  )
  const titled = async () => {
    while ((await it.client.getSession(it.id)).title === firstLine) await Bun.sleep(10)
    return (await it.client.getSession(it.id)).title
  }
  return { ...it, titled, asked: () => it.peer.requests.filter(asksForTitle) }
}

test("the model names a session after its first answer, and the call is recorded", async () => {
  await using it = await naming('**"Leases of workers."**\nThat is a good title.')
  const { client, id, peer } = it
  const { events } = await whole(client.chat(id, { message: question }))
  expect(events.at(-1)?.event).toBe("done")
  expect(await it.titled()).toBe("Leases of workers")
  expect(peer.requests).toHaveLength(2)
  const [request] = it.asked()
  expect(request!.max_tokens).toBeLessThan(100)
  expect(request).not.toHaveProperty("thinking")
  expect(request!.messages[0]!.content).toContain("After 30 seconds.")
  const { llm } = await (await it.server.fetch("/metrics")).json()
  expect(llm.calls).toBe(2)
  const told = await (await it.server.fetch("/api/events/history?types=chat.changed")).json()
  expect(told.at(-1).data).toEqual({ session_id: id })
  await whole(client.chat(id, { message: `Again: ${question}` }))
  expect(it.asked()).toHaveLength(1)
})

test("a title is one line of at most 60 characters", async () => {
  await using it = await naming(`# Title\u202e\u0007 with ${"many words ".repeat(20)}`)
  await whole(it.client.chat(it.id, { message: question }))
  const title = await it.titled()
  expect(title).toStartWith("Title with many words")
  expect([...title].length).toBeLessThanOrEqual(60)
  expect(title).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})

test.each<[string, Record<string, string>, string]>([
  ["a question that is a title", {}, "When does a lease end?"],
  ["CHAT_TITLES=first-line", { CHAT_TITLES: "first-line" }, question],
])("%s asks no model", async (_, settings, message) => {
  await using it = await naming("Nobody asked for this", settings)
  await whole(it.client.chat(it.id, { message }))
  await it.server.stop()
  expect(it.asked()).toEqual([])
})

test("a title that a person chose stays, whatever the model says", async () => {
  const release = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  await using it = await chatServer(
    {
      async before(request) {
        if (!asksForTitle(request)) return
        asked.resolve()
        await release.promise
      },
      answer: () => "Leases",
    },
    { CHAT_TITLES: "model" },
  )
  const { client, id } = it
  const calls = async () => (await (await it.server.fetch("/metrics")).json()).llm.calls
  await whole(client.chat(id, { message: question }))
  await asked.promise
  await client.updateSession(id, { title: "Mine" })
  release.resolve()
  while ((await calls()) < 2) await Bun.sleep(10)
  expect((await client.getSession(id)).title).toBe("Mine")

  const named = await client.createSession({ title: "Given" })
  await whole(client.chat(named.id, { message: question }))
  expect((await client.getSession(named.id)).title).toBe("Given")
  expect(it.peer.requests.filter(asksForTitle)).toHaveLength(1)
})

test("a title that fails or that the budget refuses changes nothing", async () => {
  for (const [reply, settings] of [
    [{ status: 400, message: "No." }, {}],
    ["Leases", { BUDGET_DAY_USD: "0.0624" }],
  ] as [Reply | string, Record<string, string>][]) {
    await using it = await naming(reply, settings)
    const { client, id } = it
    const { events } = await whole(client.chat(id, { message: question }))
    expect(events.at(-1)?.event).toBe("done")
    // Waits for what still goes on.
    await it.server.stop()
    await using again = await testServer({ home: it.server.home })
    const [, answer] = await again.client.listMessages(id)
    expect(answer).toMatchObject({ content: "After 30 seconds." })
    expect(answer!.metadata).not.toHaveProperty("error")
    expect((await again.client.getSession(id)).title).toBe(firstLine)
  }
})

test("models that are slow to call name nothing", async () => {
  await using peer = await ollamaPeer({ answer: () => "After 30 seconds." })
  const settings = { OLLAMA_BASE_URL: peer.url, CHAT_TITLES: "model" }
  await using server = await testServer({ settings })
  for (const model of ["ollama", "offline"]) {
    const { id } = await server.client.createSession({ model })
    await whole(server.client.chat(id, { message: question }))
    expect((await server.client.getSession(id)).title).toBe(firstLine)
  }
  expect(peer.requests).toHaveLength(1)
})
