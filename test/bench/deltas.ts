/**
 * `bun test/bench/deltas.ts`: how long a piece of an answer takes from the service that writes it to
 * a curl that reads it, for every provider.
 */
import { anthropicPeer } from "../support/anthropic-peer"
import { modelAt } from "../support/chat"
import { claudeCli, said } from "../support/claude-cli"
import { ollamaPeer } from "../support/ollama-peer"
import { openRouterPeer } from "../support/openrouter-peer"
import { serveProcess } from "../support/process"
import { type Figure, printFigures, quantile } from "./figures"
import { homeOnDisk } from "./server"

const PIECES = 200
/** A quick model, with pieces that come two at a time as well. */
const APART_MS = 12

const now = () => performance.timeOrigin + performance.now()

async function* stamps(): AsyncGenerator<string> {
  for (let nth = 0; nth < PIECES; nth++) {
    await Bun.sleep(nth % 2 ? 1 : APART_MS)
    yield `${now()} `
  }
}
const answer = () => ({ text: "", live: stamps })

export async function measureDeltas(): Promise<Figure[]> {
  await using anthropic = await anthropicPeer({ answer })
  await using openRouter = await openRouterPeer({ answer })
  await using ollama = await ollamaPeer({ answer })
  await using cli = await claudeCli(
    ...[{ say: said.init }, { stamps: PIECES, apart_ms: APART_MS }, { say: said.result() }],
  )
  const program = { CLAUDE_CODE_PATH: cli.path, HOME: cli.dir, SANDBOX: "off" }
  return [
    ...(await measure("anthropic", modelAt(anthropic.url))),
    ...(await measure("openrouter", {
      ...{ OPENROUTER_API_KEY: "sk-or-bench", OPENROUTER_BASE_URL: openRouter.url },
    })),
    ...(await measure("ollama", { OLLAMA_BASE_URL: ollama.url })),
    ...(await measure("claude-code", program)),
  ]
}

async function measure(provider: string, env: Record<string, string>): Promise<Figure[]> {
  await using at = await homeOnDisk()
  await using server = await serveProcess({
    home: at.home,
    env: { ...env, DEFAULT_MODEL: provider },
  })
  const { id } = await server.client.createSession()
  const taken = await delays(`${server.url}/api/chat/sessions/${id}/stream`)
  await server.stop()
  const figure = (what: string, share: number) => ({
    ...{ what, value: quantile(taken, share), unit: "ms", aim: "< 10" },
  })
  return [
    figure(`${provider}: a delta from the service to curl, median of ${taken.length}`, 0.5),
    figure("  p95", 0.95),
    figure("  longest", 1),
  ]
}

async function delays(url: string): Promise<number[]> {
  const body = JSON.stringify({ message: "Go" })
  const curl = Bun.spawn(["curl", "-sN", "-H", "Content-Type: application/json", url, "-d", body], {
    stdout: "pipe",
  })
  const taken: number[] = []
  const decoder = new TextDecoder()
  let held = ""
  for await (const chunk of curl.stdout) {
    const at = now()
    held += decoder.decode(chunk, { stream: true })
    const lines = held.split("\n")
    held = lines.pop() ?? ""
    for (const line of lines) {
      for (const [stamp] of line.matchAll(/\d{13}\.?\d*/g)) taken.push(at - Number(stamp))
    }
  }
  return taken
}

if (import.meta.main) printFigures(await measureDeltas())
