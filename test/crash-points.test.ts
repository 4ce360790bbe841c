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
const { AMELIA_CRASH_POINTS: wanted } = process.env
/** `all` takes hours: steps send the same messages again and again. `kinds` leaves most of them out. */
const POINTS_MAX = wanted === "all" ? Number.POSITIVE_INFINITY : CRASHES / 3

/** Where to kill a process, such as `before 17`, and the statements of that message. */
type Point = { at: string; kind: string }

test.each(shapes)(
  "%s: killed before a message to the database or after its answer, a run goes on to what it would have been",
  async (_, workflow) => {
    await using made = await freshHome()
    const workflowId = await prepare(made.home, workflow)
    const undisturbed = await outcomeUndisturbed(made.home, workflowId)
    const points = await pointsOf(made.home, workflowId)
    expect(points.length).toBeGreaterThan(100)
    const chosen = wanted === "kinds" ? ofEveryKind(points) : spread(points)
    let deaths = 0
    await play(chosen.length, async (n) => {
      await using at = await copyOf(made)
      await using peer = await rememberingPeer(async () => {})
      const { home } = at
      peer.begin()
      const first = launchProcess({
        home,
        program,
        env: { ...peer.env, CRASH_AT: chosen[n]?.at ?? "" },
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
      const places = chosen.map(({ at }) => at).join(", ")
      throw new Error(`${places}: ${thrown}`, { cause: thrown })
    })
    expect(deaths).toBeGreaterThan(chosen.length / 2)
  },
  // Those of every kind take half an hour on a slow machine.
  7_200_000,
)

/** The moments before and after each message of a run to the database. */
async function pointsOf(home: string, workflowId: string): Promise<Point[]> {
  await using at = await copyOf({ home })
  await using peer = await rememberingPeer(async () => {})
  const file = join(at.home, "points")
  const env = { ...peer.env, CRASH_POINTS: file }
  await using server = await serveProcess({ home: at.home, program, env })
  const { id } = await server.client.startWorkflow(workflowId, { query: "What should be built?" })
  await steered(server.client, id)
  const messages = (await readFile(file, "utf8")).trimEnd().split("\n")
  return messages.flatMap((said, n) => [
    { at: `before ${n + 1}`, kind: `before ${said}` },
    { at: `after ${n + 1}`, kind: `after ${said}` },
  ])
}

/** The first, the middle and the last one of each kind. */
function ofEveryKind(points: Point[]): Point[] {
  const kinds = Map.groupBy(points, ({ kind }) => kind)
  return [...kinds.values()].flatMap((same) => {
    const places = [0, Math.floor(same.length / 2), same.length - 1]
    return same.filter((_, n) => places.includes(n))
  })
}

function spread<T>(all: T[]): T[] {
  const step = Math.max(1, all.length / POINTS_MAX)
  const count = Math.min(all.length, Math.ceil(POINTS_MAX))
  return Array.from({ length: count }).flatMap((_, n) => all[Math.floor(n * step)] ?? [])
}
