import { expect, test } from "bun:test"
import { join } from "node:path"
import type { SessionOutput } from "../src/features/agents/session"
import type { Client } from "../src/ways-in/client/client"
import { claudeCli, said } from "./support/claude-cli"
import { freshHome } from "./support/database"
import { processesOf, serveProcess } from "./support/process"
import { rejection } from "./support/rejection"
import { testRepository } from "./support/repository"
import { testServer } from "./support/server"

type Peer = Awaited<ReturnType<typeof claudeCli>>

/** Settings that make a server use the peer as its CLI, and find git. */
const settingsFor = ({ path, dir }: Peer) => ({
  ...{ CLAUDE_CODE_PATH: path, PATH: process.env.PATH ?? "", HOME: dir },
})

const coder = { name: "Coder", type: "claude_code" } as const
const edits = (repo: string, text: string) => [
  { say: said.init },
  { say: said.uses("Write", { file_path: join(repo, "a.txt"), content: text }) },
  ...[
    { write: join(repo, "a.txt"), text },
    { write: join(repo, "new/b.txt"), text },
  ],
  { say: said.used() },
  { say: { type: "system", subtype: "permission_denied", tool_name: "Bash" } },
]
const denied = [{ tool_name: "Bash", tool_input: { command: "rm -rf /" } }]

/** A server, an agent, a repository and the program to work there. */
async function workshop(config: object = {}, settings: Record<string, string> = {}) {
  const peer = await claudeCli()
  const repo = await testRepository()
  const server = await testServer({ settings: { ...settingsFor(peer), ...settings } })
  const agent = await server.client.createAgent({ ...coder, ...config })
  return {
    ...{ peer, repo, server, client: server.client, agent },
    start: (query: string, more: object = {}) =>
      server.client.runAgent(agent.id, { input: { query, repo: repo.path, ...more } }),
    async [Symbol.asyncDispose]() {
      for (const it of [server, repo, peer]) await it[Symbol.asyncDispose]()
    },
  }
}

test("an agent works in a repository and reports what it did, changed, was denied and cost", async () => {
  await using at = await workshop({ allowed_tools: ["Bash(npm test)"], system_prompt: "Be brief." })
  const { peer, repo, client, agent } = at
  await Bun.write(join(repo.path, "dirty.txt"), "mine")
  await peer.set(...edits(repo.path, "two\n"), { say: said.result({ permission_denials: denied }) })
  const { output, metadata } = await at.start("Write two.")
  const { session_id } = output as SessionOutput
  expect(output).toEqual({
    ...{ summary: "Done.", repo: repo.path, files_changed: ["a.txt", "new/b.txt"], num_turns: 2 },
    ...{ session_id: expect.any(String), permission_denials: denied, cost_usd: 0.01 },
  })
  expect(metadata).toMatchObject({ model: "claude-code/sonnet", cost_usd: 0.01 })
  const [seen] = await peer.seen()
  expect(seen).toMatchObject({ stdin: "Write two.", cwd: repo.path })
  expect(seen?.args.join(" ")).toContain(
    `--session-id ${session_id} --permission-mode acceptEdits --max-turns 50 --allowedTools Bash(npm test) --append-system-prompt=Be brief.`,
  )
  const [call] = await client.listCalls(metadata.run_id)
  expect(call).toMatchObject({
    ...{ provider: "claude-code", model: "sonnet", cost_usd: 0.01, request_id: "req_peer" },
    ...{ input_tokens: 150, output_tokens: 20, cached_tokens: 50 },
  })
  const log = (await client.listAgentLogs(agent.id)).join("\n")
  expect(log).toContain(`INFO Coder: uses Write: ${repo.path}/a.txt`)
  expect(log).toContain("WARNING Coder: was not allowed to use Bash")
  const page = await (await at.server.fetch(`/runs/${metadata.run_id}`, html)).text()
  expect(page).toContain("<code>new/b.txt</code>")
  expect(page).toContain("Bash: rm -rf /")
})

test("a session may spend what is left of its run's and the day's budget", async () => {
  await using at = await workshop({}, { BUDGET_RUN_USD: "9", BUDGET_DAY_USD: "0.1" })
  await at.peer.set({ say: said.result() })
  const input = { query: "Write two.", repo: at.repo.path }
  for (const budget_usd of [0.05, 5]) {
    await at.client.runAgent(at.agent.id, { input, budget_usd })
  }
  const given = (await at.peer.seen()).map(({ args }) => args[args.indexOf("--max-budget-usd") + 1])
  expect(given).toEqual(["0.05", "0.09"])
})

const html = { headers: { accept: "text/html" } }

test("a later start can continue the session of a run, even a failed one, and leaves it unchanged", async () => {
  await using at = await workshop()
  const { peer, client, agent } = at
  const limit = { is_error: true, subtype: "error_max_turns", terminal_reason: "max_turns" }
  await peer.set({ say: said.result(limit) })
  const failure = await rejection(at.start("Begin."))
  expect(failure).toMatchObject({ message: expect.stringContaining("turn limit"), status: 500 })
  const [run] = await client.listAgentRuns(agent.id)
  expect(run?.cost_usd).toBe(0.01)
  await peer.set({ say: said.result() })
  const input = { query: "Go on.", resume: run?.id ?? "" }
  const { output } = await client.runAgent(agent.id, { input })
  const ids = (await peer.seen()).map(({ args }) => args[args.indexOf("--session-id") + 1])
  expect((await peer.seen())[1]?.args.join(" ")).toContain(`--resume ${ids[0]} --fork-session`)
  expect(output).toMatchObject({ session_id: ids[1], repo: at.repo.path })
  expect(ids[0]).not.toBe(ids[1])
})

test("paths outside a repository, and agents that can't use one, are rejected before anything is stored", async () => {
  await using at = await workshop()
  const { client, agent, repo, peer } = at
  const refusals: [object, string][] = [
    [{ repo: undefined }, "Give the absolute path of the repository"],
    [{ repo: "here" }, "not an absolute path"],
    [{ repo: "/no/such/place" }, "doesn't exist"],
    [{ repo: peer.dir }, "is not in a git repository"],
    [{ resume: crypto.randomUUID() }, "no run with this id"],
    [{ model: "offline" }, "Claude Code can't use the model"],
  ]
  for (const [more, message] of refusals) {
    const refused = await rejection(at.start("Work.", more))
    expect(refused).toMatchObject({ status: 400, message: expect.stringContaining(message) })
  }
  expect(await client.listAgentRuns(agent.id)).toEqual([])
  const other = { name: "Scout", type: "discovery" } as const
  const wrong = [
    { ...other, max_turns: 5 },
    { ...coder, model: "offline" },
  ]
  for (const it of wrong) {
    expect(await rejection(client.createAgent(it))).toMatchObject({ status: 400 })
  }
  const scout = await client.createAgent(other)
  const input = { query: "Where?", repo: repo.path }
  expect(await rejection(client.runAgent(scout.id, { input }))).toMatchObject({ status: 400 })
})

test("without the program a start fails and says what to do", async () => {
  await using at = await workshop()
  await Bun.file(at.peer.path).delete()
  const failure = await rejection(at.start("Work."))
  expect(failure).toMatchObject({
    status: 502,
    message: expect.stringContaining("CLAUDE_CODE_PATH"),
  })
})

async function untilLogged(client: Client, agentId: string, text: string): Promise<void> {
  for await (const _ of client.events({ agentId, lastEventId: 0 })) {
    if ((await client.listAgentLogs(agentId)).join("\n").includes(text)) return
  }
}

test("after a crash a step begins a new session and says what happened to the old one", async () => {
  await using peer = await claudeCli(
    { say: said.init },
    { say: said.uses("Bash", { command: "make" }) },
    { stall: true },
  )
  await using repo = await testRepository()
  await using data = await freshHome()
  const env = settingsFor(peer)
  const first = await serveProcess({ home: data.home, env })
  const { id } = await first.client.createAgent(coder)
  await first.client.startAgent(id, { input: { query: "Make it.", repo: repo.path } })
  await untilLogged(first.client, id, "uses Bash: make")
  await peer.set({ say: said.result() })
  await first.kill()
  while ((await processesOf(peer.dir)).length > 0) await Bun.sleep(20)

  await using second = await serveProcess({ home: data.home, env })
  for await (const { type } of second.client.events({ agentId: id, lastEventId: 0 })) {
    if (type === "agent.completed") break
  }
  const ids = (await peer.seen()).map(({ args }) => args[args.indexOf("--session-id") + 1])
  expect(new Set(ids).size).toBe(2)
  expect((await second.client.listAgentLogs(id)).join("\n")).toContain(
    `WARNING Coder: session ${ids[0]} did not end well: it is left, with what it changed, and a new one begins`,
  )
})

test("auto uses Claude Code if it is installed, without tools and in an empty folder", async () => {
  await using peer = await claudeCli(
    { say: said.init },
    { say: said.text("Done.") },
    { say: said.result() },
  )
  await using server = await testServer({ settings: settingsFor(peer) })
  const writer = { name: "Writer", type: "custom", system_prompt: "You write." } as const
  const { id } = await server.client.createAgent(writer)
  const { output, metadata } = await server.client.runAgent(id, { input: { query: "Write." } })
  expect(output).toBe("Done.")
  expect(metadata).toMatchObject({ model: "claude-code/sonnet", cost_usd: 0.01 })
  const [seen] = await peer.seen()
  expect(seen?.args.join(" ")).toContain("--tools  --safe-mode")
  expect(seen?.cwd).toContain("amelia-claude-")
  const { checks } = await server.client.health()
  expect(checks.providers["claude-code"]).toMatchObject({ status: "healthy" })
})
