import { expect, test } from "bun:test"
import { join } from "node:path"
import { command } from "./support/amelia"
import { anthropicPeer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

/** A home with a draft → gate → final workflow, and a model that numbers its drafts. */
async function stage() {
  const fresh = await freshHome()
  const peer = await anthropicPeer({ answer: () => `# Draft ${peer.requests.length}` })
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const { home } = fresh
  await using server = await testServer({ home, settings: env })
  const writer = { name: "Writer", type: "custom", system_prompt: "You write." } as const
  const { id: agent } = await server.client.createAgent(writer)
  const file = join(home, "reviewed.json")
  const nodes = [
    { id: "draft", name: "Draft", agent },
    { id: "gate", name: "Look", type: "gate", dependencies: ["draft"] },
    { id: "final", name: "Final", agent, dependencies: ["gate"] },
  ]
  await Bun.write(file, JSON.stringify({ name: "Reviewed", nodes }))
  const prompt = (nth: number) => peer.requests[nth]?.messages.map((it) => it.content).join("\n")
  return {
    ...{ home, env, file, prompt, peer },
    amelia: (args: string[], more = {}) => command(args, { home, env, ...more }),
    async [Symbol.asyncDispose]() {
      await peer[Symbol.asyncDispose]()
      await fresh[Symbol.asyncDispose]()
    },
  }
}

test("without a terminal, a gate exits with code 3 and prints the command to continue", async () => {
  await using it = await stage()
  const ran = await it.amelia(["run", it.file, "Write it."])
  expect(ran.code).toBe(3)
  const [, id = ""] = /amelia runs approve (\S+)/.exec(ran.err) ?? []
  expect(ran.err).toContain("waiting for your decision at Look, about version 1 of Draft.")
  const shown = await it.amelia(["runs", "show", id])
  expect(shown.out).toContain("# Draft 1")
  for (const verb of ["approve", "request-changes", "edit", "reject"]) {
    expect(shown.out).toContain(`amelia runs ${verb} ${id}`)
  }
  expect(await it.amelia(["runs", "watch", id])).toMatchObject({ code: 3 })

  expect(await it.amelia(["runs", "request-changes", id])).toMatchObject({ code: 2 })
  expect(await it.amelia(["runs", "edit", id])).toMatchObject({ code: 2 })
  const changes = ["runs", "request-changes", id, "--feedback", "Shorter."]
  const revised = await it.amelia(changes)
  expect(revised).toMatchObject({ code: 3, out: `${id}: waiting for version 2\n` })
  expect(it.prompt(1)).toContain("Shorter.")

  await Bun.write(join(it.home, "mine.md"), "# Mine")
  const edited = await it.amelia(["runs", "edit", id, "--file", "mine.md"])
  expect(edited).toMatchObject({ code: 0, out: `${id}: waiting for version 3\n` })
  const wrong = await it.amelia(["runs", "approve", id, "--node", "draft"])
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining(`at "draft"`) })
  const approved = await it.amelia(["runs", "approve", id, "--json"])
  expect(approved.code).toBe(0)
  expect(JSON.parse(approved.out)).toMatchObject({ status: "completed" })
  expect(it.prompt(2)).toContain("# Mine")
  expect(await it.amelia(["runs", "approve", id])).toMatchObject({
    code: 2,
    err: expect.stringContaining("is not waiting for a decision: it is completed"),
  })
})

test("--yes approves every gate, and a rejection fails the run", async () => {
  await using it = await stage()
  const approved = await it.amelia(["run", it.file, "Write it.", "--yes", "--json"])
  expect(approved.code).toBe(0)
  expect(JSON.parse(approved.out).run).toMatchObject({ status: "completed" })
  const ran = await it.amelia(["run", it.file, "Write it.", "--json"])
  expect(ran.code).toBe(3)
  const { id } = JSON.parse(ran.out).run
  const rejected = await it.amelia(["runs", "reject", id, "--feedback", "No."])
  expect(rejected).toMatchObject({ code: 1, out: `${id}: failed\n` })
})

test("on a terminal, a run shows the artifact and asks until the person decides or postpones", async () => {
  await using it = await stage()
  const asked: string[] = []
  const answers = (...lines: (string | undefined)[]) => ({
    ask: async (question: string) => {
      asked.push(question)
      return lines.shift()
    },
  })
  await Bun.write(join(it.home, "mine.md"), "# Mine")
  const talk = answers("what?", "c", "", "c", "Shorter.", "e", "none.md", "e", "mine.md", "a")
  const ran = await it.amelia(["run", it.file, "Write it."], talk)
  expect(ran.code).toBe(0)
  expect(ran.err).toMatch(/# Draft 1[\s\S]*# Draft 2[\s\S]*# Mine/)
  expect(ran.err).toContain("There is no file none.md.")
  expect(asked.at(-1)).toStartWith("Look, version 3:")
  expect(it.prompt(1)).toContain("Shorter.")
  expect(it.prompt(2)).toContain("# Mine")
  expect(await it.amelia(["run", it.file, "Again."], answers("l"))).toMatchObject({ code: 3 })
  expect(await it.amelia(["run", it.file, "Again."], answers())).toMatchObject({ code: 3 })
})

test("a decision follows a run of a serve process too, or leaves it there with --no-wait", async () => {
  await using it = await stage()
  const alone = await it.amelia(["run", it.file, "Write it.", "--json"])
  const left = JSON.parse(alone.out).run.id
  expect(await it.amelia(["runs", "approve", left, "--no-wait"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("Start one with amelia serve"),
  })
  await using server = await testServer({ home: it.home, settings: it.env })
  const ran = await it.amelia(["run", it.file, "Write it.", "--json"])
  const { id } = JSON.parse(ran.out).run
  const watching = it.amelia(["runs", "watch", id])
  expect(await watching).toMatchObject({ code: 3, out: `${id}: waiting for version 1\n` })
  const approved = await it.amelia(["runs", "approve", id])
  expect(approved).toMatchObject({ code: 0, out: `${id}: completed\n` })
  expect(approved.err).toContain("final: completed")

  const wentOn = await it.amelia(["runs", "approve", left, "--no-wait"])
  expect(wentOn).toMatchObject({ code: 0, out: `${left}: running\n` })
  expect(await finished(server.client, left)).toMatchObject({ status: "completed" })
})

test("imports an exported preset as the same workflow, and lists the faulty lines of a broken file", async () => {
  await using it = await stage()
  const exported = await it.amelia(["workflows", "export", "reviewed_planning"])
  await Bun.write(join(it.home, "copy.json"), exported.out)
  const imported = await it.amelia(["workflows", "import", "copy.json", "--json"])
  const { id, name, nodes } = JSON.parse(imported.out)
  expect(JSON.parse(exported.out)).toMatchObject({ name, nodes })
  expect((await it.amelia(["workflows", "export", id])).out).toBe(exported.out)
  const copied = await it.amelia(["workflows", "duplicate", id])
  expect(copied.out).toContain(": Reviewed planning (copy)\n")
  await Bun.write(join(it.home, "broken.json"), '{"name": "X",\n"nodes": [{"id": "a"}]}')
  const broken = await it.amelia(["workflows", "import", "broken.json"])
  expect(broken).toMatchObject({ code: 2, err: expect.stringMatching(/line 2: a: /) })
})
