import { expect, test } from "bun:test"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { rememberingPeer } from "./support/crash-run"
import { expectUndisturbed, outcomeUndisturbed, prepare, shapes } from "./support/crash-workflows"
import { CRASHES, play } from "./support/crashes"
import { copyOf, freshHome } from "./support/database"
import { launchProcess, programAfter, serveProcess } from "./support/process"
import { steered } from "./support/runs"

const program = programAfter(join(import.meta.dir, "support/crash-point.ts"))
/** All points of each workflow, or some of them spread over it. */
const POINTS_MAX =
  process.env.AMELIA_CRASH_POINTS === "all" ? Number.POSITIVE_INFINITY : CRASHES / 3

test.each(shapes)(
  "%s: killed before a message to the database or after its answer, a run goes on to what it would have been",
  async (_, workflow) => {
    await using made = await freshHome()
    const workflowId = await prepare(made.home, workflow)
    const undisturbed = await outcomeUndisturbed(made.home, workflowId)
    const points = await pointsOf(made.home, workflowId)
    expect(points.length).toBeGreaterThan(50)
    const chosen = spread(points.flatMap((_, n) => [`before ${n + 1}`, `after ${n + 1}`]))
    let deaths = 0
    await play(chosen.length, async (n) => {
      await using at = await copyOf(made)
      await using peer = await rememberingPeer(async () => {})
      const { home } = at
      peer.begin()
      const first = launchProcess({
        home,
        program,
        env: { ...peer.env, CRASH_AT: chosen[n] ?? "" },
      })
      const { client } = await first.serving
      // It may die before it has answered, and it may end without having come to that point.
      const { id } = await client
        .startWorkflow(workflowId, { query: "What should be built?" })
        .catch(() => ({ id: undefined }))
      const survived = id && (await steered(client, id).catch(() => undefined))
      if (!survived) deaths++
      await first.kill()
      peer.begin()
      await using last = await serveProcess({ home, env: peer.env })
      const runs = await last.client.listRuns()
      expect(runs.length).toBeLessThanOrEqual(1)
      // Killed before its commit, there is no such run.
      if (!runs[0]) return expect(id).toBeUndefined()
      await expectUndisturbed(last, { home, id: runs[0].id, peer, undisturbed })
    }).catch((thrown) => {
      throw new Error(`${chosen.join(", ")}: ${thrown}`, { cause: thrown })
    })
    expect(deaths).toBeGreaterThan(chosen.length / 2)
  },
  // All points of one take half an hour on a slow machine.
  7_200_000,
)

/** What a run says to the database, message by message. */
async function pointsOf(home: string, workflowId: string): Promise<string[]> {
  await using at = await copyOf({ home })
  await using peer = await rememberingPeer(async () => {})
  const file = join(at.home, "points")
  const env = { ...peer.env, CRASH_POINTS: file }
  await using server = await serveProcess({ home: at.home, program, env })
  const { id } = await server.client.startWorkflow(workflowId, { query: "What should be built?" })
  await steered(server.client, id)
  return (await readFile(file, "utf8")).trim().split("\n")
}

function spread<T>(all: T[]): T[] {
  const step = Math.max(1, all.length / POINTS_MAX)
  const count = Math.min(all.length, Math.ceil(POINTS_MAX))
  return Array.from({ length: count }).flatMap((_, n) => all[Math.floor(n * step)] ?? [])
}
