import { expect, test } from "bun:test"
import { type Client, createClient } from "../src/ways-in/client/client"
import { addDocument, question } from "./support/agents"
import { start } from "./support/amelia"
import { anthropicPeer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import type { Received, Reply } from "./support/model-peer"
import { openRouterPeer } from "./support/openrouter-peer"
import { serveProcess } from "./support/process"
import { rejection } from "./support/rejection"

/** Secrets with and without the format of keys. Each ends in letters that make it traceable. */
const secrets = {
  ANTHROPIC_API_KEY: "sk-ant-api03-Zq8LsecretWxyzAAAA",
  OPENROUTER_API_KEY: "or~v1.Hh7QsecretKlmnBBBB",
  AMELIA_TOKEN: "token+Pp3VsecretRstuCCCC",
}

/** Every failure in which a service can quote what it was sent. */
function quoting(limit: { isReached: boolean }) {
  let nth = 0
  return ({ headers }: Received): Reply => {
    const said = JSON.stringify(headers)
    const wait = { "retry-after": "600", "request-id": said }
    if (limit.isReached) return { status: 429, message: said, type: said, headers: wait }
    // A refused key comes last: after it, a provider is only checked.
    const replies: Reply[] = [
      { status: 400, message: said, headers: { "request-id": said } },
      { fault: "error_event", after: "It begins", message: said },
      { status: 401, message: said, type: said },
    ]
    return replies[nth++ % replies.length] ?? { status: 500 }
  }
}

async function output(args: string[], options: { home: string; env: Record<string, string> }) {
  const child = start(args, options)
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return `${args.join(" ")}\n${out}${err}`
}

const models = ["anthropic/claude-sonnet-5-5", "openrouter/some/model"]

/** Three failures of each provider in tests, and three in agent runs; all output. */
async function failEverywhere(client: Client): Promise<unknown[]> {
  const said: unknown[] = []
  for (const model of models) {
    const [provider = ""] = model.split("/")
    for (let nth = 0; nth < 3; nth++) said.push(await client.testProvider(provider))
    const agent = { name: provider, type: "discovery", model, retry_attempts: 0 } as const
    const { id } = await client.createAgent(agent)
    for (let nth = 0; nth < 3; nth++) {
      const error = await rejection(client.runAgent(id, question))
      said.push({ ...error, message: error.message })
    }
    said.push(await client.getAgent(id), await client.listAgentLogs(id))
  }
  return said
}

/** A run for each provider that waits until its limit opens again. */
async function waitForLimits(client: Client): Promise<void> {
  for (const model of models) {
    const nodes = [{ id: "a", name: "A", agent: "discovery", model }]
    const { id } = await client.createWorkflow({ name: model, graph_definition: { nodes } })
    const run = await client.startWorkflow(id, question.input)
    for await (const { type } of client.events({ runId: run.id, lastEventId: 0 })) {
      if (type === "workflow.waiting") break
    }
  }
}

test("no secret is in anything that Amelia stores, logs, prints or answers", async () => {
  await using at = await freshHome()
  const limit = { isReached: false }
  await using anthropic = await anthropicPeer({ answer: quoting(limit) })
  await using openrouter = await openRouterPeer({ answer: quoting(limit) })
  const addresses = { ANTHROPIC_BASE_URL: anthropic.url, OPENROUTER_BASE_URL: openrouter.url }
  const env = { ...secrets, ...addresses, LOG_LEVEL: "DEBUG" }
  await using server = await serveProcess({ home: at.home, env })
  const authorization = { Authorization: `Bearer ${secrets.AMELIA_TOKEN}` }
  const client = createClient({ url: server.url, token: secrets.AMELIA_TOKEN })
  await addDocument(client)
  const found = [JSON.stringify(await failEverywhere(client))]
  limit.isReached = true
  await waitForLimits(client)
  for (const { requests } of [anthropic, openrouter]) expect(requests).toHaveLength(7)
  const runs = (await client.listRuns()).map(({ id }) => id)
  expect(runs).toHaveLength(8)
  limit.isReached = false

  const collect = async (path: string, init: RequestInit = {}) => {
    const headers = { ...authorization, ...init.headers }
    const response = await fetch(server.url + path, { ...init, headers })
    found.push(`${path} ${JSON.stringify([...response.headers])} ${await response.text()}`)
  }
  const agents = await client.listAgents()
  const ofRuns = ["", "/steps", "/calls", "/artifacts", "/checkpoints"].flatMap((part) =>
    runs.map((id) => `/api/runs/${id}${part}`),
  )
  const lists = ["agents", "runs", "settings", "models", "workflows", "events/history?limit=200"]
  for (const path of [...lists.map((it) => `/api/${it}`), ...ofRuns]) await collect(path)
  for (const path of ["/health", "/metrics", "/circuit-breakers", "/api/nowhere"]) {
    await collect(path)
  }
  const html = { headers: { Accept: "text/html" } }
  const pages = [...runs.map((id) => `/runs/${id}`), ...agents.map(({ id }) => `/agents/${id}`)]
  for (const path of ["/", "/settings", "/agents", "/workflows", ...pages]) {
    await collect(path, html)
  }
  for (const name of ["anthropic", "openrouter"]) {
    await collect(`/settings/providers/${name}/test`, { ...html, method: "POST" })
  }
  await collect("/api/agents", { headers: { Authorization: "Bearer wrong" } })
  const last = (await (
    await fetch(`${server.url}/api/events/history?limit=200`, { headers: authorization })
  ).json()) as { id: number }[]
  for await (const event of client.events({ lastEventId: 0 })) {
    found.push(JSON.stringify(event))
    if (event.id === last.at(-1)?.id) break
  }
  const cli = { home: at.home, env }
  for (const args of [["doctor"], ["models"], ["runs"], ["agents"]]) {
    found.push(await output([...args, "--json"], cli))
  }
  const work = ["agents", "start", `${agents[0]?.id}`, "What?", "--json", "--verbose"]
  found.push(await output(work, cli))
  await server.stop()
  found.push(await server.stderr)
  found.push(await output([...work], cli), await output(["models", "--verbose"], cli))

  const text = found.join("\n")
  for (const [name, secret] of Object.entries(secrets)) {
    const at = text.indexOf(secret)
    expect(at < 0 ? "" : `${name} in ${text.slice(Math.max(0, at - 300), at)}`).toBe("")
    const files = await Bun.$`grep -rlaF -e ${secret} ${cli.home}`.nothrow().text()
    expect(files, name).toBe("")
  }
  // The services did quote the keys, so this test is meaningful.
  for (const trace of ["sk-…AAAA", "…BBBB"]) expect(text).toContain(trace)
})
