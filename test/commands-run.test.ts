import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { command } from "./support/amelia"
import { anthropicPeer, sampleAnswer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { openRouterPeer } from "./support/openrouter-peer"
import { testServer } from "./support/server"

const preset = "discovery_design_planning"

test("a screen gets a summary of the artifacts; a pipe, and the files of --out, get them whole", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  const doc = join(home, "brief.md")
  const verbs = ["save", "rename", "tag", "share", "export", "delete"]
  const demands = verbs.map((verb) => `- Users must be able to ${verb} a link.`)
  await Bun.write(doc, `# Lantern\n\n## Requirements\n\n${demands.join("\n")}`)
  const args = ["run", preset, "--doc", doc]
  const onScreen = await command([...args, "--out", "plan"], { home, outIsTTY: true })
  expect(onScreen).toMatchObject({ code: 0, err: expect.stringContaining(join(home, "plan")) })
  expect(onScreen.out).toMatch(
    /# Discovery\nextractive: no language model .*\n\n# Design\n.*\n\n# Plan\n/,
  )
  expect(onScreen.out).not.toContain("## Tasks")
  expect(await readdir(join(home, "plan"))).toHaveLength(6)

  const piped = await command(args, { home })
  expect(piped.out).toContain("## Tasks")
  const [, id = ""] = /run ([0-9a-f-]{36})/.exec(piped.err) ?? []
  for (const [file, start] of [
    ["whole.md", "# Discovery"],
    ["whole.json", "["],
  ] as const) {
    expect(await command(["runs", "show", id, "--out", file], { home })).toMatchObject({ code: 0 })
    const text = await Bun.file(join(home, file)).text()
    expect(text).toStartWith(start)
    expect(text).toContain("# Plan")
  }
})

test("the time of a run counts from the start of the command, with the reading of its documents", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  await Bun.write(join(home, "brief.md"), "# Lantern\n\nUsers must be able to save a link.")
  await using _server = await testServer({ home })
  const started = performance.now()
  const { err } = await command(["ask", "Save a link?", "--doc", "brief.md"], { home })
  const took_s = (performance.now() - started) / 1000
  const [, said = ""] = /Completed after ([\d.]+) s/.exec(err) ?? []
  const [run] = JSON.parse((await command(["runs", "--json"], { home })).out)
  const alone_s = (Date.parse(run.completed_at) - Date.parse(run.started_at)) / 1000
  expect(Number(said)).toBeGreaterThanOrEqual(alone_s - 0.05)
  expect(Number(said)).toBeLessThanOrEqual(took_s + 0.05)
})

test("a run that waits for money says what was spent, and goes on with resume --budget", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  await using peer = await openRouterPeer()
  const env = { OPENROUTER_API_KEY: "sk-or-test-0001", OPENROUTER_BASE_URL: peer.url }
  await Bun.write(join(home, "brief.md"), "# Lantern\n\nUsers must be able to save a link.")
  const args = ["run", preset, "--doc", "brief.md", "--budget", "0.002"]
  const stopped = await command(args, { home, env })
  expect(stopped.code).toBe(3)
  const [, id = ""] = /amelia runs resume (\S+) --budget 0\.01/.exec(stopped.err) ?? []
  const said = "This run may cost $0.0020, and that is spent. The run has cost $0.0024."
  expect(stopped.err).toContain(said)
  expect((await command(["runs", "show", id], { home, env })).out).toContain(said)
  const resumed = await command(["runs", "resume", id, "--budget", "0.01"], { home, env })
  expect(resumed).toMatchObject({ code: 0, out: `${id}: completed\n` })
})

test("a run whose provider is down exits with code 3, with the time of the next try", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  let down = true
  await using peer = await anthropicPeer({
    answer: (request) => (down ? { status: 500 } : sampleAnswer(request)),
  })
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  await Bun.write(join(home, "brief.md"), "# Lantern\n\nUsers must be able to save a link.")
  const left = await command(["run", preset, "--doc", "brief.md"], { home, env })
  expect(left.code).toBe(3)
  expect(left.err).toMatch(
    /waiting for the model's provider until .* \(in \d+ s\): anthropic failed too often/,
  )
  const [, id = ""] = /To continue then: amelia runs resume (\S+)/.exec(left.err) ?? []
  down = false
  expect(await command(["runs", "resume", id], { home, env })).toMatchObject({ code: 0 })
})

test("runs resume follows the run to its end, in the command or in a running serve", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  let held = Promise.withResolvers<void>()
  let asked = Promise.withResolvers<void>()
  await using peer = await anthropicPeer({
    async before() {
      asked.resolve()
      await held.promise
    },
  })
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const pausedRun = async () => {
    await using server = await testServer({ home, settings: { ...env, SHUTDOWN_TIMEOUT: "30" } })
    const { id: workflow } = await server.client.createWorkflow({ name: "W", preset })
    const { id } = await server.client.startWorkflow(workflow, { query: "What?" })
    await asked.promise
    await server.client.changeRun(id, "pause")
    held.resolve()
    while ((await server.client.getRun(id)).status !== "paused");
    return id
  }
  /** A run whose server has gone. */
  const leftRun = async () => {
    held = Promise.withResolvers()
    asked = Promise.withResolvers()
    const server = await testServer({ home, settings: { ...env, SHUTDOWN_TIMEOUT: "0" } })
    const { id: workflow } = await server.client.createWorkflow({ name: "W", preset })
    const { id } = await server.client.startWorkflow(workflow, { query: "What?" })
    await asked.promise
    await server.stop()
    held.resolve()
    return id
  }
  const alone = await pausedRun()
  const followed = await command(["runs", "resume", alone], { home, env })
  expect(followed).toMatchObject({ code: 0, out: `${alone}: completed\n` })
  expect(followed.err).toContain("planning: completed")

  const stopped = await leftRun()
  const refused = await command(["runs", "watch", stopped], { home, env })
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("runs resume") })
  expect(await command(["runs", "resume", stopped], { home, env })).toMatchObject({ code: 0 })

  const served = await pausedRun()
  await using _server = await testServer({ home, settings: env })
  const { code, out } = await command(["runs", "resume", served, "--json"], { home, env })
  expect({ code, run: JSON.parse(out) }).toMatchObject({ code: 0, run: { status: "completed" } })
})
