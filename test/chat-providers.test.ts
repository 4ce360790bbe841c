import { expect, test } from "bun:test"
import { anthropicPeer } from "./support/anthropic-peer"
import { modelAt, whole } from "./support/chat"
import { claudeCli, said } from "./support/claude-cli"
import type { Reply } from "./support/model-peer"
import { ollamaPeer } from "./support/ollama-peer"
import { openRouterPeer } from "./support/openrouter-peer"
import { testServer } from "./support/server"

// Answers come through whole, whatever model gives them and however its stream is cut.

type Answer = (question: string) => Reply
type Messages = { messages: { content: unknown }[] }

/** Each service behind its real protocol, with the settings that lead to it. */
const services = {
  anthropic: async (answer: Answer) => {
    const peer = await anthropicPeer({ answer: asked(answer) })
    return { peer, settings: modelAt(peer.url) }
  },
  openrouter: async (answer: Answer) => {
    const peer = await openRouterPeer({ answer: asked(answer) })
    return { peer, settings: { OPENROUTER_API_KEY: "sk-or-1", OPENROUTER_BASE_URL: peer.url } }
  },
  ollama: async (answer: Answer) => {
    const peer = await ollamaPeer({ answer: asked(answer) })
    return { peer, settings: { OLLAMA_BASE_URL: peer.url } }
  },
}
const asked = (answer: Answer) => (request: Messages) =>
  answer(String(request.messages.at(-1)?.content))

type Service = keyof typeof services
const names = Object.keys(services) as Service[]

async function serve(service: Service, answer: Answer) {
  const { peer, settings } = await services[service](answer)
  const limits = { RATE_LIMIT_MESSAGES: "1000/minute", PROVIDER_CONCURRENCY: "20" }
  const server = await testServer({ settings: { ...settings, ...limits, DEFAULT_MODEL: service } })
  return {
    client: server.client,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer.stop()
    },
  }
}

const mixed = "Grüße aus Łódź, 東京 und Ελλάδα 👩‍👩‍👧‍👦 — „schön“. "
const megabyte = mixed.repeat(Math.ceil(1024 ** 2 / Buffer.byteLength(mixed)))

test.each(names)("%s: an answer of a megabyte arrives whole", async (service) => {
  await using it = await serve(service, () => ({ text: megabyte }))
  const { id } = await it.client.createSession()
  const { text } = await whole(it.client.chat(id, { message: "Go" }))
  expect(text === megabyte).toBe(true)
  expect((await it.client.listMessages(id))[1]?.content === megabyte).toBe(true)
})

test.each(names)("%s: characters that are cut by the wire arrive whole", async (service) => {
  const text = mixed.repeat(8)
  await using it = await serve(service, () => ({ text, piece: 7, chunk: 3 }))
  const { id } = await it.client.createSession()
  expect((await whole(it.client.chat(id, { message: "Go" }))).text).toBe(text)
  expect((await it.client.listMessages(id))[1]?.content).toBe(text)
})

test.each(names)("%s: twenty sessions at once don't mix", async (service) => {
  const answerTo = (question: string) => `${question} is what was asked. `.repeat(40)
  await using it = await serve(service, (question) => ({ text: answerTo(question), delay_ms: 2 }))
  const { client } = it
  const questions = Array.from({ length: 20 }, (_, nth) => `Question ${nth}`)
  const answers = await Promise.all(
    questions.map(async (message) => {
      const { id } = await client.createSession()
      return (await whole(client.chat(id, { message }))).text
    }),
  )
  expect(answers).toEqual(questions.map(answerTo))
})

test("Claude Code: an answer of a megabyte arrives whole", async () => {
  const pieces = megabyte.match(/[\s\S]{1,5000}/gu) ?? []
  await using cli = await claudeCli(
    ...[{ say: said.init }, ...pieces.map((text) => ({ say: said.text(text) }))],
    { say: said.result({ result: megabyte }) },
  )
  const { PATH = "" } = process.env
  const program = { CLAUDE_CODE_PATH: cli.path, PATH, HOME: cli.dir, SANDBOX: "off" }
  const settings = { ...program, DEFAULT_MODEL: "claude-code" }
  await using server = await testServer({ settings })
  const { id } = await server.client.createSession()
  const { text } = await whole(server.client.chat(id, { message: "Go" }))
  expect(text === megabyte).toBe(true)
})
