import { afterAll, beforeAll, expect, test } from "bun:test"
import { once } from "node:events"
import postgres from "postgres"
import type { PublishedEvent } from "../src/platform/events/event"
import type { Client } from "../src/ways-in/client/client"
import { anthropicPeer, type MessagesRequest } from "./support/anthropic-peer"
import { emptyHome, freshDataOn } from "./support/database"
import { noPostgres, postgresPrograms, startPostgres, type TestPostgres } from "./support/postgres"
import { type ServerProcess, serveProcess } from "./support/process"
import { finished } from "./support/runs"

const onServer = (promise: string, work: () => Promise<void>) =>
  test.skipIf(!postgresPrograms)(`${promise} (${noPostgres})`, work, 60_000)

let postgresServer: TestPostgres | undefined
beforeAll(async () => {
  if (postgresPrograms) postgresServer = await startPostgres()
})
afterAll(() => postgresServer?.[Symbol.asyncDispose]())

/** A peer whose n-th request, counted from 1, waits for what `before` gives for it. */
async function peerThat(before: (nth: number, request: MessagesRequest) => unknown) {
  const peer = await anthropicPeer({
    before: (request) => before(peer.requests.indexOf(request) + 1, request),
  })
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  return Object.assign(peer, { env })
}

/** Two servers with homes of their own, on one database. */
async function twoServers(env: Record<string, string>) {
  const [data, home] = [await freshDataOn(postgresServer?.url ?? ""), await emptyHome()]
  const shared = { DATABASE_URL: data.databaseUrl, ...env }
  const start = (home: string) => serveProcess({ home, env: shared })
  const [a, b] = await Promise.all([start(data.home), start(home.home)])
  return {
    ...{ a, b, url: data.databaseUrl },
    async [Symbol.asyncDispose]() {
      for (const it of [a, b, home, data]) await it[Symbol.asyncDispose]()
    },
  }
}

const node = (id: string, dependencies: string[] = []) => {
  return { id, name: id, agent: "discovery" as const, dependencies }
}

async function start(client: Client, nodes: ReturnType<typeof node>[], query = "What?") {
  const workflow = await client.createWorkflow({ name: "W", graph_definition: { nodes } })
  return (await client.startWorkflow(workflow.id, { query })).id
}

const chain = [node("first"), node("second", ["first"])]

/** All that a run has left in the database. */
async function recordsOf({ url, client }: ServerProcess, id: string) {
  const history = await fetch(`${url}/api/events/history?run_id=${id}`)
  const events = (await history.json()) as PublishedEvent[]
  const [run, steps] = [await client.getRun(id), await client.listSteps(id)]
  const [calls, artifacts] = [await client.listCalls(id), await client.listArtifacts(id)]
  return { events, run, steps, calls, artifacts }
}

const typesOf = (events: PublishedEvent[]) => events.map(({ type }): string => type)
const step = ["agent.started", "agent.completed"]

function connectTo(url: string) {
  const sql = postgres(url, { max: 1 })
  return Object.assign(sql, { [Symbol.asyncDispose]: () => sql.end() })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await Bun.sleep(20)
}

async function isIdle({ url }: ServerProcess): Promise<boolean> {
  const metrics = (await (await fetch(`${url}/metrics`)).json()) as { agents: { running: number } }
  return metrics.agents.running === 0
}

onServer(
  "runs of a killed process, at work or waiting for a place, go on at another and repeat nothing",
  async () => {
    const reached = Promise.withResolvers<void>()
    await using peer = await peerThat((nth) => {
      if (nth !== 2) return
      reached.resolve()
      return new Promise(() => {})
    })
    await using servers = await twoServers({
      ...{ ...peer.env, RUN_LEASE: "2", MAX_CONCURRENT_RUNS: "1" },
    })
    const { a, b } = servers
    const ids = [await start(a.client, chain), await start(a.client, chain)]
    await reached.promise
    const recorded = await a.client.listCalls(ids[0] ?? "")
    await a.kill()

    for (const id of ids) {
      expect((await finished(b.client, id)).status).toBe("completed")
      const { events, steps, artifacts } = await recordsOf(b, id)
      expect(typesOf(events)).toEqual(["workflow.started", ...step, ...step, "workflow.completed"])
      expect(steps.map(({ attempt }) => attempt)).toEqual([1, 1])
      expect(artifacts).toHaveLength(2)
    }
    const calls = await b.client.listCalls(ids[0] ?? "")
    expect(calls.map(({ id }) => id)).toEqual(expect.arrayContaining(recorded.map(({ id }) => id)))
    // Two for each run, and the one that was under way.
    expect(peer.requests).toHaveLength(5)
  },
)

onServer("a process that slept past its lease writes nothing more and ends its calls", async () => {
  const [asked, slept] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const [askedAgain, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await using peer = await peerThat((nth) => {
    if (nth === 1) return slept.promise
    if (nth === 2) asked.resolve()
    if (nth === 2) return new Promise(() => {})
    if (nth === 4) askedAgain.resolve()
    return awake.promise
  })
  await using servers = await twoServers({ ...peer.env, RUN_LEASE: "2" })
  const { a, b } = servers
  const id = await start(a.client, [node("left"), node("right"), node("join", ["left", "right"])])
  await asked.promise
  process.kill(a.pid, "SIGSTOP")
  await askedAgain.promise
  await until(async () => (await b.client.listCalls(id)).length === 2)
  const before = await recordsOf(b, id)

  const hungUp = once(peer.requests[1]!.disconnected, "abort")
  // The answer to one call is there when it wakes, the other one still waits.
  slept.resolve()
  process.kill(a.pid, "SIGCONT")
  await hungUp
  await until(() => isIdle(a))
  expect(await recordsOf(b, id)).toEqual(before)

  awake.resolve()
  expect((await finished(b.client, id)).status).toBe("completed")
  const after = await recordsOf(b, id)
  expect(after.artifacts.map(({ node }) => node).sort()).toEqual(["join", "left", "right"])
  expect(typesOf(after.events).filter((type) => type.startsWith("workflow."))).toEqual([
    ...["workflow.started", "workflow.completed"],
  ])
  expect(peer.requests).toHaveLength(5)
})

onServer("who lives keeps its runs, and also who slept if nobody took them", async () => {
  const [asked, slept] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await using peer = await peerThat((nth) => {
    if (nth !== 1) return
    asked.resolve()
    return slept.promise
  })
  await using servers = await twoServers({ ...peer.env, RUN_LEASE: "4" })
  const { a, b, url } = servers
  const id = await start(a.client, chain)
  await asked.promise
  await using sql = connectTo(url)
  const lease = async () => (await sql`select owner, lease_until from amelia.runs`)[0]
  const first = await lease()
  const isOver = (until: Date) => async () =>
    (await sql`select 1 where ${until} < clock_timestamp()`).length > 0
  await until(isOver(first?.lease_until))
  expect((await lease())?.owner).toBe(first?.owner)

  await b.stop()
  process.kill(a.pid, "SIGSTOP")
  await until(isOver((await lease())?.lease_until))
  process.kill(a.pid, "SIGCONT")
  slept.resolve()
  expect((await finished(a.client, id)).status).toBe("completed")
  expect(peer.requests).toHaveLength(2)
})

onServer("who lost a run records no answer for it", async () => {
  const [asked, lost] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await using peer = await peerThat(() => {
    asked.resolve()
    return lost.promise
  })
  await using servers = await twoServers({ ...peer.env, RUN_LEASE: "3600" })
  const { a, url } = servers
  const id = await start(a.client, chain)
  await asked.promise
  await until(async () => (await a.client.listCalls(id)).length === 1)
  await using sql = connectTo(url)
  await sql`update amelia.runs set owner = 'somebody else'`
  const before = await recordsOf(servers.b, id)
  lost.resolve()
  await until(() => isIdle(a))
  expect(await recordsOf(servers.b, id)).toEqual(before)
  expect(before.calls.map(({ kind }) => kind)).toEqual(["retrieval"])
})

onServer("a cancel at another process reaches the call at once", async () => {
  const asked = Promise.withResolvers<void>()
  await using peer = await peerThat(() => {
    asked.resolve()
    return new Promise(() => {})
  })
  // With this lease no heartbeat comes while the test lasts.
  await using servers = await twoServers({ ...peer.env, RUN_LEASE: "3600" })
  const { a, b } = servers
  const id = await start(a.client, chain)
  await asked.promise
  const hungUp = once(peer.requests[0]!.disconnected, "abort")
  expect((await b.client.changeRun(id, "cancel")).status).toBe("cancelled")
  await hungUp
  await until(() => isIdle(a))
  expect((await recordsOf(a, id)).events.at(-1)?.type).toBe("workflow.cancelled")
})

onServer("what happens at one process is heard at another, which may pause and go on", async () => {
  const [asked, paused] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await using peer = await peerThat((nth) => {
    if (nth === 2) asked.resolve()
    return nth === 2 && paused.promise
  })
  await using servers = await twoServers({ ...peer.env, RUN_LEASE: "3600" })
  const { a, b } = servers
  const opened = Promise.withResolvers<void>()
  const types = ["workflow", "agent"].flatMap((it) => [`${it}.started`, `${it}.completed`])
  const heard = b.client
    .events({
      types: [...types, "workflow.paused", "chat.message"],
      onOpen: () => opened.resolve(),
    })
    [Symbol.asyncIterator]()
  const next = async (): Promise<string | undefined> => (await heard.next()).value?.type
  const first = next()
  await opened.promise
  const session = await a.client.createSession()
  await Array.fromAsync(a.client.chat(session.id, { message: "Hello?" }))
  expect([await first, await next()]).toEqual(["chat.message", "chat.message"])
  const id = await start(a.client, chain)
  expect(await next()).toBe("workflow.started")
  expect(await next()).toBe("agent.started")
  await asked.promise
  await b.client.changeRun(id, "pause")
  paused.resolve()
  expect(await next()).toBe("agent.completed")
  expect(await next()).toBe("workflow.paused")
  await a.kill()
  await b.client.changeRun(id, "resume")
  expect((await finished(b.client, id)).status).toBe("completed")
  expect(peer.requests).toHaveLength(3)
})
