import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import type { SessionOutput } from "../src/features/agents/session"
import { descendantsOf, listProcesses } from "../src/platform/processes/processes"
import { recorded } from "./support/agents"
import { anthropicPeer, type MessagesRequest } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { processesOf, serveProcess } from "./support/process"
import { testRepository } from "./support/repository"

/** The real program: CLAUDE_CODE_REAL, or claude on the PATH. We keep no copy. */
const real = process.env.CLAUDE_CODE_REAL ?? Bun.which("claude")
const testReal = test.skipIf(!real)
const skipped = "(skipped without CLAUDE_CODE_REAL or claude on the PATH)"

type ToolUse = { name: string; input: object }

/** Calls a tool first, and ends when it gets the result. */
function uses({ name, input }: ToolUse) {
  const tool_calls = [{ name, input: JSON.stringify(input) }]
  return ({ messages }: MessagesRequest) => {
    const heard = JSON.stringify(messages.at(-1)).includes("tool_result")
    return heard ? "I wrote it." : { text: "I begin.", tool_calls }
  }
}

/** A server in its own process with the real program, which talks to our peer. */
async function serving(tool: (repo: string) => ToolUse, allowed_tools: string[] = []) {
  const repo = await testRepository()
  const peer = await anthropicPeer({ answer: uses(tool(repo.path)) })
  const data = await freshHome()
  const env = {
    ...{ CLAUDE_CODE_PATH: real ?? "", ANTHROPIC_API_KEY: "sk-ant-test-0001" },
    ...{ ANTHROPIC_BASE_URL: peer.url },
  }
  const server = await serveProcess({ home: data.home, env })
  const agent = await server.client.createAgent({
    name: "Coder",
    type: "claude_code",
    allowed_tools,
  })
  return {
    ...{ repo, peer, server, agent, client: server.client, home: data.home },
    input: { query: "Write hello into a.txt.", repo: repo.path },
    async [Symbol.asyncDispose]() {
      for (const it of [server, data, peer, repo]) await it[Symbol.asyncDispose]()
    },
  }
}

testReal(
  `the real program edits a file in a repository, and continues its session ${skipped}`,
  async () => {
    await using at = await serving((repo) => {
      return { name: "Write", input: { file_path: join(repo, "new.txt"), content: "hello\n" } }
    })
    const { client, agent, repo, input, peer } = at
    const { output, metadata } = await client.runAgent(agent.id, { input })
    expect(output).toMatchObject({
      summary: "I wrote it.",
      files_changed: ["new.txt"],
      num_turns: 2,
    })
    expect(await Bun.file(join(repo.path, "new.txt")).text()).toBe("hello\n")
    const [call] = await client.listCalls(metadata.run_id)
    expect(call).toMatchObject({
      provider: "claude-code",
      input_tokens: 200,
      request_id: "req_peer",
    })
    expect(metadata.cost_usd).toBeGreaterThan(0)
    expect(metadata.cost_usd).toBe((output as SessionOutput).cost_usd)
    const next = { query: "Go on from there.", resume: metadata.run_id }
    const again = await client.runAgent(agent.id, { input: next })
    expect(again.output).toMatchObject({ summary: "I wrote it.", repo: repo.path })
    // It did the same again; the session's earlier cost is not counted twice.
    expect(again.metadata.cost_usd).toBe(metadata.cost_usd)
    const last = JSON.stringify(peer.requests.at(-1)?.messages)
    for (const said of [input.query, next.query]) expect(last).toContain(said)
  },
)

testReal(
  `the real program denies tools that are not allowed, and reports them ${skipped}`,
  async () => {
    await using at = await serving(
      () => ({ name: "Bash", input: { command: "npm publish" } }),
      ["Bash(ls)"],
    )
    const { client, agent, input } = at
    const { output } = await client.runAgent(agent.id, { input })
    const [denial] = (output as SessionOutput).permission_denials
    expect(denial).toMatchObject({ tool_name: "Bash", tool_input: { command: "npm publish" } })
    expect(output).toMatchObject({ files_changed: [] })
    expect((await client.listAgentLogs(agent.id)).join()).toContain("not allowed to use Bash")
  },
)

testReal(
  `the real program leaves no process behind when cancelled during a command ${skipped}`,
  async () => {
    const command = "echo begun; sleep 300"
    await using at = await serving(() => ({ name: "Bash", input: { command } }), ["Bash"])
    const { client, agent, input, server } = at
    const before = listProcesses().map(({ pid }) => pid)
    await client.startAgent(agent.id, { input })
    const isCommand = async (pid: number) =>
      (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).startsWith("sleep\x00300")
    const family = () => descendantsOf(server.pid, listProcesses()).map(({ pid }) => pid)
    while (!(await Promise.all(family().map(isCommand))).includes(true)) await Bun.sleep(20)
    const started = family()
    await client.stopAgent(agent.id)
    await recorded(client, agent.id, "agent.cancelled")
    while (family().length > 0) await Bun.sleep(20)
    const left = listProcesses().filter(({ pid }) => started.includes(pid) && !before.includes(pid))
    expect(left).toEqual([])
    expect(await processesOf(at.home)).toEqual([server.pid])
  },
)
