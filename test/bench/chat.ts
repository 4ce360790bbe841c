/**
 * `bun test/bench/chat.ts`: 40 answers of 2,000 tokens at once, each checked to the last character,
 * and what Amelia adds to the time to the first of them over a bare client of the same peer.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"
import { Anthropic } from "@anthropic-ai/sdk"
import { createModelRegistry } from "../../src/engines/models/registry"
import { createClient } from "../../src/ways-in/client/client"
import { modelSettings } from "../support/model-settings"
import { type ServerProcess, serveProcess } from "../support/process"
import { type Figure, printFigures, quantile } from "./figures"
import { homeOnDisk } from "./server"

const STREAMS = 40
const TOKENS = 2000
const RUNS = 3
/** Between two tokens: as quick as the quickest models. */
const PACE_MS = 5
/** People don't ask in the same millisecond; some programs do. */
const APART_MS = [20, 0]

type Streamed = { first_ms: number; text: string }
type Ask = (question: string) => Promise<Streamed>

export async function measureChat(): Promise<Figure[]> {
  await using peer = await startPeer(PACE_MS)
  await using at = await homeOnDisk()
  const env = {
    ...{ ANTHROPIC_API_KEY: "sk-ant-bench", ANTHROPIC_BASE_URL: peer.url },
    ...{ PROVIDER_CONCURRENCY: `${STREAMS}`, RATE_LIMIT_MESSAGES: "100000/minute" },
  }
  await using server = await serveProcess({ home: at.home, env })
  const figures: Figure[] = []
  for (const apart of APART_MS) figures.push(...(await compare(server, peer.url, apart)))
  await server.stop()
  return [...figures, fsyncFigure(at.home), ...(await measureOpenBreaker())]
}

/** One commit of the database is one of these. */
function fsyncFigure(home: string): Figure {
  const file = openSync(join(home, "fsync"), "w")
  const taken = Array.from({ length: 50 }, () => {
    writeSync(file, "x".repeat(8192), 0)
    const begun = performance.now()
    fsyncSync(file)
    return performance.now() - begun
  })
  closeSync(file)
  return { what: "one fsync there, median", value: quantile(taken, 0.5), unit: "ms" }
}

/** A call of a provider that has failed five times. */
async function measureOpenBreaker(): Promise<Figure[]> {
  let requests = 0
  await using peer = Bun.serve({
    port: 0,
    fetch() {
      requests++
      return new Response(null, { status: 500 })
    },
  })
  const settings = { anthropicApiKey: "sk-ant-bench", anthropicBaseUrl: `${peer.url}` }
  const others = { ...modelSettings, providerConcurrency: 1 }
  const limits = { anthropic: { backoff_ms: 1 } }
  const registry = createModelRegistry(
    { ...settings, ...others, defaultModel: "anthropic" },
    { limits },
  )
  const { provider, model } = await registry.resolve()
  const call = async () => {
    const begun = performance.now()
    const request = { model, system: "", messages: [], max_tokens: 1, temperature: 0 }
    const options = { signal: new AbortController().signal, onDelta: () => {} }
    await provider.answer({ ...request, extract: () => "" }, options).catch(() => {})
    return performance.now() - begun
  }
  while (provider.breaker?.status().state !== "open") await call()
  const before = requests
  const taken: number[] = []
  for (let nth = 0; nth < 100; nth++) taken.push(await call())
  return [
    {
      what: "a call while its breaker is open, longest of 100",
      ...{ value: quantile(taken, 1), unit: "ms", aim: "< 5" },
    },
    { what: "  requests that they made", value: requests - before, unit: "", aim: "0" },
  ]
}

async function compare(server: ServerProcess, peerUrl: string, apart: number): Promise<Figure[]> {
  const bare: number[] = []
  const through: number[] = []
  for (let run = 0; run <= RUNS; run++) {
    const [alone, amelia] = [
      await all(await bareClient(peerUrl), apart),
      await all(await ameliaClient(server), apart),
    ]
    // The first run warms both up.
    if (run === 0) continue
    bare.push(...alone)
    through.push(...amelia)
  }
  const added = (share: number) => quantile(through, share) - quantile(bare, share)
  const how = `${STREAMS} streams, ${PACE_MS} ms a token, asked ${apart} ms apart`
  return [
    {
      what: `${how}: first token of a bare client, median`,
      value: quantile(bare, 0.5),
      unit: "ms",
    },
    { what: "  what Amelia adds, median", value: added(0.5), unit: "ms", aim: "≤ 5 + fsync" },
    { what: "  what Amelia adds, p95", value: added(0.95), unit: "ms", aim: "≤ 5 + fsync" },
  ]
}

/** Asks each its own question and checks each answer; the times to their first tokens. */
async function all(asks: Ask[], apart: number): Promise<number[]> {
  return Promise.all(
    asks.map(async (ask, nth) => {
      await Bun.sleep(nth * apart)
      const question = `q${nth}`
      const { first_ms, text } = await ask(question)
      const whole = Array.from({ length: TOKENS }, (_, at) => ` ${question}.${at}`).join("")
      if (text !== whole) throw new Error(`The answer to ${question} is not what was sent.`)
      return first_ms
    }),
  )
}

async function bareClient(url: string): Promise<Ask[]> {
  const client = new Anthropic({ apiKey: "sk-ant-bench", baseURL: url, maxRetries: 0 })
  const ask: Ask = async (content) => {
    const asked = performance.now()
    const body = { model: "claude-sonnet-5-5", max_tokens: 4096 }
    const stream = client.messages.stream({ ...body, messages: [{ role: "user", content }] })
    let first_ms = Number.NaN
    stream.once("text", () => {
      first_ms = performance.now() - asked
    })
    return { text: await stream.finalText(), first_ms }
  }
  return Array.from({ length: STREAMS }, () => ask)
}

async function ameliaClient(server: ServerProcess): Promise<Ask[]> {
  const client = createClient({ url: server.url })
  const sessions = await Promise.all(Array.from({ length: STREAMS }, () => client.createSession()))
  return sessions.map(({ id }) => async (message) => {
    const asked = performance.now()
    let first_ms = Number.NaN
    let text = ""
    for await (const { event, data } of client.chat(id, { message })) {
      if (event !== "delta") continue
      if (text === "") first_ms = performance.now() - asked
      text += data.text
    }
    return { text, first_ms }
  })
}

async function startPeer(pace: number): Promise<AsyncDisposable & { url: string }> {
  const command = [process.execPath, join(import.meta.dir, "chat-peer.ts"), `${TOKENS}`, `${pace}`]
  const child = Bun.spawn(command, { stdout: "pipe", stdin: "ignore" })
  const { value } = await child.stdout.getReader().read()
  const url = `http://127.0.0.1:${new TextDecoder().decode(value).trim()}`
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill()
      await child.exited
    },
  }
}

if (import.meta.main) printFigures(await measureChat())
