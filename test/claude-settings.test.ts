import { expect, test } from "bun:test"
import { join } from "node:path"
import { claudeCli, said } from "./support/claude-cli"
import { testServer } from "./support/server"
import { trappedRepository } from "./support/trapped-repository"

const KEY = "sk-ant-test-0001"

/** A server whose Claude Code is a program that does `acts` in a repository full of traps. */
async function trapped(permission_mode: "acceptEdits" | "plan") {
  const peer = await claudeCli()
  const repo = await trappedRepository({
    ".claude/settings.json": JSON.stringify({ hooks: { SessionStart: [] } }),
    ".mcp.json": JSON.stringify({ mcpServers: { evil: { command: "true" } } }),
  })
  const settings = {
    ...{ CLAUDE_CODE_PATH: peer.path, PATH: process.env.PATH ?? "", HOME: peer.dir },
    ANTHROPIC_API_KEY: KEY,
  }
  const server = await testServer({ settings })
  const { client } = server
  const agent = await client.createAgent({ name: "Coder", type: "claude_code", permission_mode })
  const url = `/api/git/trust?repo=${encodeURIComponent(repo.path)}`
  return {
    ...{ peer, repo, server, url },
    async run() {
      const input = { query: "Work.", repo: repo.path }
      const { output } = await client.runAgent(agent.id, { input })
      const session = (await peer.seen()).at(-1)
      const log = (await client.listAgentLogs(agent.id)).join("\n")
      return { output, log, session, args: session?.args.join(" ") ?? "" }
    },
    async [Symbol.asyncDispose]() {
      for (const it of [server, repo, peer]) await it[Symbol.asyncDispose]()
    },
  }
}

test.each(["acceptEdits", "plan"] as const)(
  "in mode %s neither a session nor its git runs anything that its repository configures",
  async (mode) => {
    await using at = await trapped(mode)
    const { repo, peer } = at
    await peer.set(
      ...[["status"], ["diff"], ["log", "-p", "-1"], ["branch", "new"]].map((args) => {
        return { run: ["git", "-C", repo.path, ...args], out: "/dev/null" }
      }),
      { write: join(repo.path, "new.ev"), text: "new\n" },
      { say: said.result() },
    )
    const { output, args, log, session } = await at.run()
    expect((await repo.sprung()).names).toEqual([])
    expect(output).toMatchObject({ files_changed: ["new.ev"] })
    // It has the key, and the programs it starts can't find it.
    expect(session?.key).toBe(KEY)
    expect(JSON.stringify(session?.env)).not.toContain(KEY)
    expect(args).toContain("--setting-sources user --strict-mcp-config")
    expect(log).toContain(
      "INFO Coder: ignores the repository's own settings: .claude/settings.json, .mcp.json; trust them at /git",
    )
    expect(log).toContain("git there runs nothing that the repository names: ")
    expect(log).toContain("filter.ev.clean")
  },
)

test("a session uses its repository's settings while they are trusted, and says so", async () => {
  await using at = await trapped("acceptEdits")
  const { repo, peer, server, url } = at
  await peer.set({ say: said.result() })
  const { hash } = await (await server.fetch(url)).json()
  const headers = { "content-type": "application/json" }
  await server.fetch(url, { method: "PUT", headers, body: JSON.stringify({ hash }) })
  const trusted = await at.run()
  expect(trusted.args).toContain("--setting-sources user,project,local")
  expect(trusted.args).not.toContain("--strict-mcp-config")
  expect(trusted.log).toContain("uses the repository's own settings")

  await Bun.write(join(repo.path, ".mcp.json"), "{}")
  const changed = await at.run()
  expect(changed.args).toContain("--setting-sources user --strict-mcp-config")
  expect(changed.log).toContain("own settings, which changed since they were trusted: ")
  expect((await repo.sprung()).names).toEqual([])
  const page = await (await server.fetch("/git", { headers: { accept: "text/html" } })).text()
  expect(page).toContain(repo.path)
})
