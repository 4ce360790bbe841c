import { expect, test } from "bun:test"
import { crashUntilOver, rememberingPeer } from "./support/crash-run"
import { expectUndisturbed, outcomeUndisturbed, prepare, shapes } from "./support/crash-workflows"
import { CRASHES, play, SEED } from "./support/crashes"
import { copyOf, freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { finished } from "./support/runs"

const KILLS = Math.ceil(CRASHES / 3)

test.each(shapes)(
  `%s: ${KILLS} SIGKILLs, and each run goes on by itself to what it would have been (seed ${SEED})`,
  async (_, workflow) => {
    await using made = await freshHome()
    const workflowId = await prepare(made.home, workflow)
    const undisturbed = await outcomeUndisturbed(made.home, workflowId)
    const budget = { left: KILLS }
    await play(KILLS, async (_, random) => {
      if (budget.left <= 0) return
      await using at = await copyOf(made)
      await using peer = await rememberingPeer()
      const { home } = at
      const options = { home, workflowId, peer, random, budget }
      const { server, id, done } = await crashUntilOver(options)
      await using last = server
      await expectUndisturbed(last, { home, id, peer, undisturbed, done })
    })
  },
  900_000,
)

test("a run whose process dies again and again before a step has ended is left alone, and can be resumed", async () => {
  await using at = await freshHome()
  const workflowId = await prepare(at.home, { name: "W", preset: "discovery_design_planning" })
  const answered = Promise.withResolvers<void>()
  let asked = Promise.withResolvers<void>()
  await using peer = await rememberingPeer(async () => {
    asked.resolve()
    await answered.promise
  })
  const options = { home: at.home, env: peer.env }
  const first = await serveProcess(options)
  const { id } = await first.client.startWorkflow(workflowId, { query: "What should be built?" })
  let last = first
  for (let takeOvers = 0; takeOvers < 4; takeOvers++) {
    await asked.promise
    asked = Promise.withResolvers()
    await last.kill()
    last = await serveProcess(options)
  }
  await using server = last
  expect((await server.client.getRun(id)).status).toBe("interrupted")
  // By the first process and by three that took over.
  expect(peer.asked).toHaveLength(4)
  answered.resolve()
  await server.client.changeRun(id, "resume")
  expect((await finished(server.client, id)).status).toBe("completed")
})
