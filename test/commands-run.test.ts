import { expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { command } from "./support/amelia"
import { anthropicPeer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

const preset = "discovery_design_planning"

test("with --out, a terminal shows the folder of the artifacts, and a pipe also gets their text", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  const doc = join(home, "brief.md")
  await Bun.write(doc, "# Lantern\n\nUsers must be able to save a link.")
  const args = ["run", preset, "--doc", doc]
  const out = join(home, "plan")
  const onScreen = await command([...args, "--out", out], { home, outIsTTY: true })
  expect(onScreen).toMatchObject({ code: 0, out: "", err: expect.stringContaining(out) })
  expect(await readdir(out)).toHaveLength(6)
  expect((await command([...args, "--out", out], { home })).out).toContain("# Plan")
  expect((await command(args, { home, outIsTTY: true })).out).toContain("# Plan")
})

test("runs resume follows the run to its end, or leaves it to a running serve", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
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
  const alone = await pausedRun()
  const followed = await command(["runs", "resume", alone], { home, env })
  expect(followed).toMatchObject({ code: 0, out: `${alone}: completed\n` })
  expect(followed.err).toContain("planning: completed")

  const served = await pausedRun()
  await using server = await testServer({ home, settings: env })
  const { code, out } = await command(["runs", "resume", served, "--json"], { home, env })
  expect({ code, run: JSON.parse(out) }).toMatchObject({ code: 0, run: { status: "running" } })
  expect(await finished(server.client, served)).toMatchObject({ status: "completed" })
})
