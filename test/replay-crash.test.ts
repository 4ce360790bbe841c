import { expect, test } from "bun:test"
import { freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { madeBy, stage, start } from "./support/replays"
import { finished, historyOf } from "./support/runs"

test("a replay that is killed in the middle is replayed to its end after a restart", async () => {
  await using all = await stage()
  const chain = Array.from({ length: 30 }, (_, n) => ({
    ...{ id: `n${n}`, name: `N${n}`, agent: all.agent },
    dependencies: n === 0 ? [] : [`n${n - 1}`],
  }))
  const { id } = await start(all.client, chain)
  const run = await finished(all.client, id)
  const file = await all.client.exportRun(id)
  await all.peer.stop()

  await using fresh = await freshHome()
  const first = await serveProcess({ home: fresh.home })
  const replay = await first.client.replayRun(file)
  let done = 0
  for await (const { type } of first.client.events({ runId: replay.id, lastEventId: 0 })) {
    if (type === "agent.completed" && ++done === 3) break
  }
  await first.kill()

  await using second = await serveProcess({ home: fresh.home })
  const ended = await finished(second.client, replay.id)
  expect(ended).toMatchObject({ status: "completed", replay: { of: id, differences: [] } })
  expect(await madeBy(second.client, ended)).toEqual(await madeBy(all.client, run))
  const types = (await historyOf(second.url)).map(({ type }) => type)
  expect(types.filter((type) => type === "agent.completed")).toHaveLength(30)
  expect(types.filter((type) => type === "workflow.completed")).toHaveLength(1)
})
