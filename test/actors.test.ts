import { expect, test } from "bun:test"
import { join } from "node:path"
import type { Run } from "../src/features/runs/schema"
import type { PublishedEvent } from "../src/platform/events/event"
import { anthropicPeer } from "./support/anthropic-peer"
import { claudeCli, said } from "./support/claude-cli"
import { freshData } from "./support/database"
import { atGate, stage } from "./support/gates"
import { fromSource, noModels } from "./support/process"
import { rejection } from "./support/rejection"
import { testRepository } from "./support/repository"
import { testServer } from "./support/server"

const intruder = join(import.meta.dir, "support", "intruder.ts")

/** Everything that a program started by a run must not do. */
const changesOf = ({ id, waiting }: Run): [string, string, unknown?][] => [
  ["POST", `/api/runs/${id}/gates/gate`, { decision: "approve", version: waiting?.version }],
  ["POST", `/runs/${id}/gates/gate`],
  ["POST", `/api/runs/${id}/resume`, { budget_usd: 100 }],
  ["PATCH", "/api/settings", { budget_run_usd: 1000 }],
  ["POST", "/api/agents", { name: "Mine", type: "discovery" }],
  ["POST", "/api/git/merge", { branch: "mine", into: "main" }],
  ["PUT", "/api/git/trust", { hash: "0".repeat(64) }],
  ["POST", "/api/presence"],
  ["DELETE", `/api/runs/${id}`],
  ["GET", "/ws"],
]

/** The same command, directly and detached from its parents in three ways. */
const escapes: Record<string, (out: string) => string[]> = {
  "as it is": () => ["sh", "-c", '"$@"', "sh"],
  "in a session of its own, with an empty environment": () => ["setsid", "-w", "env", "-i"],
  "as an orphan with an empty environment": (out) => [
    "sh",
    "-c",
    `(setsid env -i "$@" > '${out}.orphan' 2>&1; mv '${out}.orphan' '${out}.done') &
     while [ ! -e '${out}.done' ]; do sleep 0.05; done; cat '${out}.done'`,
    "sh",
  ],
}

test.each(Object.keys(escapes))(
  "a program started by a run changes nothing, %s, and each refusal is reported",
  async (way) => {
    await using cli = await claudeCli()
    await using repo = await testRepository()
    const PATH = process.env.PATH ?? ""
    // In a sandbox it would not even reach the server.
    const settings = { CLAUDE_CODE_PATH: cli.path, PATH, HOME: cli.dir, SANDBOX: "off" }
    await using at = await stage(settings)
    const { server } = at
    const run = await atGate(at)
    const changes = changesOf(run)
    const out = join(cli.dir, "answers")
    const command = [process.execPath, intruder, server.url, JSON.stringify(changes)]
    await cli.set(
      { say: said.init },
      { run: [...(escapes[way]?.(out) ?? []), ...command], out },
      { say: said.result() },
    )
    const { id } = await server.client.createAgent({ name: "Coder", type: "claude_code" })
    const before = await server.client.listAudit()
    await server.client.runAgent(id, { input: { query: "Approve it.", repo: repo.path } })

    const refused = changes.map(([method, path]) => [`${method} ${path}`, 403])
    expect(await Bun.file(out).json()).toEqual(Object.fromEntries(refused))
    expect(await server.client.getRun(run.id)).toMatchObject({ status: "waiting" })
    expect(await server.client.listAudit()).toEqual(before)
    expect((await warnings(server.url)).map(({ data }) => data)).toEqual(
      changes.map(([method, path]) => ({
        message: `A program started by a run attempted ${method} ${path} and was refused.`,
        ...{ method, path, kind: "run", pid: expect.any(Number) },
      })),
    )
  },
)

async function warnings(url: string): Promise<PublishedEvent[]> {
  const history = await fetch(`${url}/api/events/history?types=system.warning`)
  return (await history.json()) as PublishedEvent[]
}

test("the user's own program may do all of it, and the audit log shows how it came", async () => {
  await using at = await stage()
  const run = await atGate(at)
  const wanted = changesOf(run).filter(([, path]) => /gates|settings|agents/.test(path))
  const changes = wanted.filter(([, path]) => path.startsWith("/api"))
  const argv = [process.execPath, intruder, at.server.url, JSON.stringify(changes)]
  const child = Bun.spawn(argv, { env: {}, stdout: "pipe" })
  expect(Object.values(await new Response(child.stdout).json())).toEqual([200, 200, 201])
  const program = expect.stringContaining("bun")
  expect(await at.server.client.listAudit()).toMatchObject([
    { action: "create_agent", via: "page", program, details: { name: "Mine", type: "discovery" } },
    { action: "change_settings", subject_id: null, details: { budget_run_usd: "1000" } },
    {
      ...{ action: "decide_gate", subject_id: run.id, via: "page", program },
      details: { node: "gate", decision: "approve", version: 1 },
    },
    { action: "create_agent", via: "program", details: { name: "Writer" } },
  ])
})

test("a client that ends before it can be identified changes nothing", async () => {
  await using server = await testServer()
  const { hostname, port } = new URL(server.url)
  const body = JSON.stringify({ name: "Mine", type: "discovery" })
  const request =
    `POST /api/agents HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  const script = 'exec 3<>"/dev/tcp/$0/$1"; printf %s "$2" >&3'
  const child = Bun.spawn(["bash", "-c", script, hostname, port, request])
  // A server that is busy meanwhile, so that the client has ended when it is looked up.
  Bun.spawnSync(["sleep", "0.5"])
  await child.exited
  const events = server.client.events({ types: ["system.warning"], lastEventId: 0 })
  for await (const { data } of events) {
    expect(data).toMatchObject({ method: "POST", path: "/api/agents", kind: "gone" })
    break
  }
  expect(await server.client.listAgents()).toEqual([])
})

/** What a browser sends with a form of our pages, besides the cookies it was given. */
const fromPage = (url: string) => ({ Origin: url, "Sec-Fetch-Site": "same-origin" })

async function changeOnPage(url: string, tokens: number, cookie?: string): Promise<number> {
  const headers = { ...fromPage(url), ...(cookie && { Cookie: cookie }) }
  const body = new URLSearchParams({ default_max_tokens: `${tokens}` })
  const init = { method: "POST", headers, body, redirect: "manual" } as const
  return (await fetch(`${url}/settings`, init)).status
}

async function proofOf(url: string): Promise<string> {
  const page = await fetch(`${url}/settings`, { headers: { Accept: "text/html" } })
  return page.headers.getSetCookie()[0]?.split(";")[0] ?? ""
}

test("with REQUIRE_PRESENCE a page's proof is valid for one change, by the browser that has the page", async () => {
  await using server = await testServer({ settings: { REQUIRE_PRESENCE: "true" } })
  const { url } = server
  expect(await changeOnPage(url, 1000)).toBe(403)
  const proof = await proofOf(url)
  const curl = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-b", proof]
  const other = [...curl, "-d", "default_max_tokens=1000", `${url}/settings`]
  expect(await new Response(Bun.spawn(other, { stdout: "pipe" }).stdout).text()).toBe("403")
  expect(await changeOnPage(url, 1000, proof)).toBe(303)
  expect(await changeOnPage(url, 2000, proof)).toBe(403)
  expect(await server.client.listAudit()).toMatchObject([
    { action: "change_settings", via: "page", details: { default_max_tokens: "1000" } },
  ])
})

test("without REQUIRE_PRESENCE pages set no cookie, and a plain request may decide", async () => {
  await using server = await testServer()
  expect(await proofOf(server.url)).toBe("")
  expect(await changeOnPage(server.url, 1000)).toBe(303)
})

/** `amelia runs approve` on a terminal, where a person answers its question with `answer`. */
async function approveAt(home: string, id: string, answer: (question: string) => string) {
  let screen = ""
  // A server takes only its own executable for amelia, and the one here runs from source.
  const child = Bun.spawn([...fromSource, "runs", "approve", id], {
    env: { PATH: process.env.PATH ?? "", AMELIA_HOME: home, ...noModels },
    terminal: {
      data(terminal, bytes) {
        screen += new TextDecoder().decode(bytes)
        const [question] = /type \w+: $/.exec(screen) ?? []
        if (question === undefined) return
        screen += "\n"
        terminal.write(`${answer(question)}\n`)
      },
    },
  })
  return { code: await child.exited, screen }
}

test("with REQUIRE_PRESENCE a decision at a terminal is confirmed by typing a code", async () => {
  await using data = await freshData()
  await using peer = await anthropicPeer()
  const { home } = data
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test", ANTHROPIC_BASE_URL: peer.url }
  const before = await testServer({ home, settings })
  const { id } = await before.client.createAgent({
    name: "Writer",
    type: "custom",
    system_prompt: "Write.",
  })
  const run = await atGate({ peer, server: before, agent: id })
  await before.stop()

  await using server = await testServer({
    home,
    settings: { ...settings, REQUIRE_PRESENCE: "true" },
  })
  const { client } = server
  const refused = await rejection(
    client.decide(run.id, "gate", { decision: "approve", version: 1 }),
  )
  expect(refused).toMatchObject({ status: 403, name: "ForbiddenActorError" })
  expect(refused.message).toContain("with the amelia command on a terminal")

  const wrong = await approveAt(home, run.id, () => "no")
  expect(wrong).toMatchObject({ code: 1 })
  expect(wrong.screen).toContain("REQUIRE_PRESENCE is on")
  expect(await client.getRun(run.id)).toMatchObject({ status: "waiting" })

  const codeIn = (question: string) => /type (\w+)/.exec(question)?.[1]?.toLowerCase() ?? ""
  expect(await approveAt(home, run.id, codeIn)).toMatchObject({ code: 0 })
  expect((await client.listAudit())[0]).toMatchObject({ action: "decide_gate", via: "terminal" })
})

test("only amelia on a terminal gets a terminal's proof", async () => {
  await using server = await testServer({ settings: { REQUIRE_PRESENCE: "true" } })
  const answer = await server.fetch("/api/presence", { method: "POST" })
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ error: "ForbiddenActorError" })
})

const isRoot = process.getuid?.() === 0

test.skipIf(!isRoot || !Bun.which("setpriv"))(
  "without a token, other users of the machine can't read or change anything",
  async () => {
    const asked = async (url: string, ...args: string[]) => {
      const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
      const curl = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", ...args, url]
      const child = Bun.spawn([...nobody, ...curl], { stdout: "pipe" })
      return new Response(child.stdout).text()
    }
    await using server = await testServer()
    expect(await asked(`${server.url}/api/rag/documents`)).toBe("403")
    expect(await asked(`${server.url}/documents`, "-H", "Accept: text/html")).toBe("403")
    expect(await asked(`${server.url}/api/agents`, "-X", "POST")).toBe("403")
    await using shared = await testServer({ settings: { AMELIA_TOKEN: "a-long-random-text" } })
    const token = ["-H", "Authorization: Bearer a-long-random-text"]
    expect(await asked(`${shared.url}/api/rag/documents`, ...token)).toBe("200")
  },
)
