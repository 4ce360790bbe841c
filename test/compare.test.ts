import { expect, test } from "bun:test"
import { join } from "node:path"
import { command } from "./support/amelia"
import { nodesOf, stage, start, steeredRun } from "./support/replays"
import { finished } from "./support/runs"

test("two runs stand side by side, and only what differs is marked", async () => {
  await using all = await stage()
  const { client } = all
  const run = await steeredRun(all)
  const checkpoints = await client.listCheckpoints(run.id)
  const { checkpoint_id } = checkpoints.find(({ node }) => node === "gate")!
  const { id } = await client.forkRun(run.id, { checkpoint_id, artifacts: { join: "By a fork." } })
  const fork = await finished(client, id)

  const { left, right, nodes } = await client.compareRuns(run.id, id)
  expect(left).toMatchObject({ run_id: run.id, status: "completed", cost_usd: run.cost_usd })
  expect(right).toMatchObject({ run_id: id, cost_usd: fork.cost_usd })
  expect(left.duration_seconds).toBeGreaterThan(0)
  expect(nodes.filter(({ differs }) => differs).map(({ node }) => node)).toEqual(["join", "last"])
  expect(nodes.find(({ node }) => node === "last")?.right?.artifact?.content).toContain("Draft")

  const accept = { headers: { Accept: "text/html" } }
  const page = await (await all.server.fetch(`/runs/${run.id}/compare/${id}`, accept)).text()
  expect(page.match(/data-differs/g)).toHaveLength(2)
  expect(page).toContain("By a fork.")
  const choice = await (await all.server.fetch(`/runs/${run.id}/compare`, accept)).text()
  expect(choice).toContain(`/runs/${run.id}/compare/${id}`)

  const other = await start(client, nodesOf(all.agent).slice(0, 1))
  await finished(client, other.id)
  const alien = await client.compareRuns(other.id, run.id)
  expect(alien.nodes.find(({ node }) => node === "each")).toMatchObject({
    left: null,
    differs: true,
  })
  expect((await all.server.fetch(`/api/runs/${run.id}/compare/nothing`)).status).toBe(404)
})

test("the page of a run leads to its fork, which a form starts, and a replay shows where it differs", async () => {
  await using all = await stage()
  const { client } = all
  const run = await steeredRun(all)
  const page = async (path: string) =>
    (await all.server.fetch(path, { headers: { Accept: "text/html" } })).text()
  for (const verb of ["fork", "compare"]) {
    expect(await page(`/runs/${run.id}`)).toContain(`href="/runs/${run.id}/${verb}"`)
  }
  const form = await page(`/runs/${run.id}/fork`)
  const [, checkpoint_id = ""] = /value="([^"]+)"[^>]*>after Gate/.exec(form) ?? []
  const fields = { checkpoint_id, query: "Anew.", node: "join", content: "By the form." }
  const answer = await all.server.fetch(`/runs/${run.id}/fork`, {
    method: "POST",
    body: new URLSearchParams(fields),
    redirect: "manual",
  })
  expect(answer.status).toBe(303)
  const [, , forked = ""] = answer.headers.get("location")!.split("/")
  const fork = await finished(client, forked)
  expect(fork).toMatchObject({ status: "completed", input: { query: "Anew." } })
  expect(await page(`/runs/${forked}`)).toContain(`href="/runs/${run.id}"`)

  const file = await client.exportRun(run.id)
  file.calls = file.calls.filter(({ node }) => node !== "last")
  const replay = await finished(client, (await client.replayRun(file)).id)
  const shown = await page(`/runs/${replay.id}`)
  expect(shown).toContain("This replay differs from the recording")
  expect(shown).toContain(`href="/runs/${replay.id}?node=last"`)
})

test("the commands list checkpoints, fork, export, replay and compare", async () => {
  await using all = await stage()
  const { home } = all.server
  const run = await steeredRun(all)
  const amelia = async (...args: string[]) => {
    const { code, out, err } = await command(["runs", ...args, "--json"], { home })
    expect(code, err).toBe(0)
    return JSON.parse(out)
  }
  const checkpoints = await amelia("checkpoints", run.id)
  expect(checkpoints).toHaveLength(7)
  const edit = join(home, "edit.md")
  await Bun.write(edit, "From a file.")
  const at = ["--checkpoint", checkpoints[5].checkpoint_id]
  const { id } = await amelia("fork", run.id, ...at, "--query", "Q", "--artifact", `join=${edit}`)
  expect((await finished(all.client, id)).input.query).toBe("Q")
  expect((await all.client.listVersions(id, "join")).at(-1)?.content).toBe("From a file.")

  const file = join(home, "run.json")
  expect(await amelia("export", run.id, "--out", file)).toEqual({ run_id: run.id, path: file })
  expect(await Bun.file(file).json()).toMatchObject({ format: "amelia-run", run: { id: run.id } })
  const replay = await amelia("replay", file)
  expect(await finished(all.client, replay.id)).toMatchObject({ replay: { differences: [] } })
  expect((await amelia("compare", run.id, id)).right.run_id).toBe(id)
  const { out } = await command(["runs", "compare", run.id, replay.id], { home })
  expect(out).not.toContain("≠")
  expect(await command(["runs", "replay", edit], { home })).toMatchObject({ code: 2 })
})
