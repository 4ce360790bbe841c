import { expect, test } from "bun:test"
import { anthropicPeer } from "./support/anthropic-peer"
import { chatServer, modelAt, whole } from "./support/chat"
import { ollamaPeer } from "./support/ollama-peer"
import { openRouterPeer } from "./support/openrouter-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"
import { searching } from "./support/tool-speakers"

// What is sent to a model never exceeds its window.

const WINDOW = 8000
const MODEL = "meta-llama/llama-3.3-70b-instruct"
const claude = { id: "claude-sonnet-5-5", type: "model", display_name: "Claude" }
const answer = () => "Well, that depends."

/** Each provider that tells a model's window, in its own words. */
const providers = {
  async anthropic() {
    const models = [{ ...claude, max_input_tokens: WINDOW, max_tokens: 2000 }]
    const peer = await anthropicPeer({ answer, models })
    return { peer, model: "anthropic", settings: modelAt(peer.url) }
  },
  async openrouter() {
    const peer = await openRouterPeer({ answer, models: [{ id: MODEL, context_length: WINDOW }] })
    const settings = { OPENROUTER_API_KEY: "sk-or-1", OPENROUTER_BASE_URL: peer.url }
    return { peer, model: `openrouter/${MODEL}`, settings }
  },
  async ollama() {
    const counted = (request: object) => {
      const usage = { prompt_eval_count: Math.ceil(tokensOf(request)) }
      return { text: answer(), usage }
    }
    const peer = await ollamaPeer({ answer: counted, context_length: WINDOW })
    return { peer, model: "ollama", settings: { OLLAMA_BASE_URL: peer.url } }
  },
}
type Provider = keyof typeof providers

/** Tokens by what is known of tokenizers: 3 bytes of ASCII, 3 bytes of other scripts, or more. */
function tokensOf(request: object): number {
  const { system, messages } = request as { system?: unknown; messages: unknown }
  return Buffer.byteLength(JSON.stringify([system, messages])) / 3
}

const maxTokensOf = (request: object): number => {
  const { max_tokens, options } = request as {
    max_tokens?: number
    options?: { num_predict: number }
  }
  return max_tokens ?? options!.num_predict
}

const texts = {
  prose: "The lease of a worker ends when it says nothing for a while. ",
  Japanese: "リースは三十秒で終わります。更新しないと失われます。",
  emoji: "👩‍👩‍👧‍👦🎉 Grüße aus Łódź. ",
}

for (const name of Object.keys(providers) as Provider[]) {
  test(`the oldest messages that ${name}'s model has no room for are left out`, async () => {
    const { peer, model, settings } = await providers[name]()
    await using _ = peer
    await using server = await testServer({ settings: { ...settings, DEFAULT_MAX_TOKENS: "1000" } })
    const { client } = server
    for (const [script, text] of Object.entries(texts)) {
      const { id } = await client.createSession({ model })
      let trimmed = 0
      for (let nth = 0; nth < 8; nth += 1) {
        const message = `${script} ${nth}: ${text.repeat(Math.ceil(4500 / Buffer.byteLength(text)))}`
        const { events } = await whole(client.chat(id, { message }))
        const usage = events.find(({ event }) => event === "usage")!.data
        trimmed = (usage as { trimmed_messages: number }).trimmed_messages
        const request = peer.requests.at(-1)! as { messages: { role: string; content: string }[] }
        expect(tokensOf(request) + maxTokensOf(request)).toBeLessThanOrEqual(WINDOW)
        const said = request.messages.filter(({ role }) => role !== "system")
        expect(said[0]!.role).toBe("user")
        expect(said.at(-1)!.content).toBe(message.trim())
        expect(said.length + trimmed).toBe(nth * 2 + 1)
      }
      expect(trimmed).toBeGreaterThan(0)
      const sent = peer.requests.at(-1)! as { messages: unknown[] }
      expect(sent.messages.length).toBeGreaterThan(2)
    }
  })

  test(`a message that ${name}'s model can't read at once is refused before the call`, async () => {
    const { peer, model, settings } = await providers[name]()
    await using _ = peer
    await using server = await testServer({ settings })
    const { client } = server
    const { id } = await client.createSession({ model })
    await whole(client.chat(id, { message: "Short" }))
    for (const message of [texts.prose.repeat(800), texts.Japanese.repeat(300)]) {
      const refused = await rejection(whole(client.chat(id, { message })))
      expect(refused.name).toBe("ValidationError")
      expect(refused.message).toMatch(/^message: .*room for [\d,]+ of the 8,000|^This is too long/)
    }
    expect(peer.requests).toHaveLength(1)
    // The others are too long as well, and left out.
    await whole(client.chat(id, { message: "Short again" }))
    expect(peer.requests).toHaveLength(2)
  })
}

test("passages and searches leave the window its room", async () => {
  const models = [{ ...claude, max_input_tokens: WINDOW, max_tokens: 2000 }]
  let turn = 0
  await using it = await chatServer({
    models,
    answer: () => (turn++ % 4 < 3 ? searching(`lease worker ${turn}`) : "Well [1]."),
  })
  const { client, id, peer } = it
  const sections = Array.from(
    { length: 60 },
    (_, nth) => `## Part ${nth}\n\n${texts.prose.repeat(12)}`,
  )
  await client.uploadDocuments([
    { name: "long.md", content: new Blob([`# Leases\n\n${sections.join("\n\n")}`]) },
  ])
  for (let nth = 0; nth < 3; nth += 1) {
    const message = `What of the lease of a worker? ${texts.prose.repeat(30)}`
    await whole(client.chat(id, { message, use_rag: true }))
  }
  expect(peer.requests).toHaveLength(12)
  for (const request of peer.requests) {
    expect(tokensOf(request) + request.max_tokens).toBeLessThanOrEqual(WINDOW)
  }
  expect(peer.requests[3]!.messages.length).toBeGreaterThan(6)
})

test("a model's window is asked for once, and an answer is at most half of it", async () => {
  await using peer = await openRouterPeer({ answer, models: [{ id: MODEL, context_length: 4000 }] })
  const paths: string[] = []
  const front = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch(request) {
      const { pathname, search } = new URL(request.url)
      paths.push(pathname)
      return fetch(`${peer.url}${pathname}${search}`, request)
    },
  })
  const settings = { OPENROUTER_API_KEY: "sk-or-1", OPENROUTER_BASE_URL: String(front.url.origin) }
  await using server = await testServer({ settings })
  const { id } = await server.client.createSession({ model: `openrouter/${MODEL}` })
  for (const message of ["One", "Two", "Three"]) await whole(server.client.chat(id, { message }))
  expect(paths.filter((path) => path === "/models")).toHaveLength(1)
  expect(peer.requests.map(({ max_tokens }) => max_tokens)).toEqual([2000, 2000, 2000])
  await front.stop(true)
})

test("a model whose window nobody tells gets a cautious history and any question", async () => {
  await using peer = await openRouterPeer({ answer })
  const settings = { OPENROUTER_API_KEY: "sk-or-1", OPENROUTER_BASE_URL: peer.url }
  await using server = await testServer({ settings })
  const { client } = server
  const { id } = await client.createSession({ model: `openrouter/${MODEL}` })
  const message = texts.prose.repeat(400)
  for (let nth = 0; nth < 4; nth += 1) await whole(client.chat(id, { message }))
  expect(peer.requests[3]!.messages.map(({ role }) => role).join(" ")).toBe(
    "system user assistant user assistant user",
  )
  await whole(client.chat(id, { message: texts.prose.repeat(3000) }))
  expect(peer.requests[4]!.messages).toHaveLength(2)
})
