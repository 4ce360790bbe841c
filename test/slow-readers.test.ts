import { expect, test } from "bun:test"
import { createApp } from "../src/app"
import { readConfig } from "../src/platform/config/config"
import { transact } from "../src/platform/events/transact"
import { createWebSockets, webSocketHandler } from "../src/platform/events/websocket"
import { silentLog } from "../src/platform/log/log"
import { wire } from "../src/server"
import { createClient } from "../src/ways-in/client/client"
import { openTestDatabase } from "./support/database"
import { slowReader } from "./support/slow-reader"

const QUEUE_MAX = 10
const bulk = "x".repeat(20_000)

/** The app on a port, with its hub at hand: sockets hold megabytes before a reader is slow. */
async function eventServer() {
  const database = await openTestDatabase()
  const env = { AMELIA_HOME: "/nowhere", EVENT_QUEUE_MAX: `${QUEUE_MAX}` }
  const { config } = await readConfig({ env })
  const readiness = { ready: true, reason: "" }
  const deps = await wire({ config, log: silentLog() }, database, readiness)
  const app = createApp(deps, createWebSockets(deps))
  const websocket = webSocketHandler
  const server = Bun.serve({ port: 0, idleTimeout: 0, fetch: app.fetch, websocket })
  const agent = { agent_id: "i", agent_name: "a", run_id: "r", workflow_id: "w", node: "n" }
  return {
    server,
    url: `http://127.0.0.1:${server.port}`,
    stats: deps.events.stats,
    /** Something that passes, and room for the server to send it. */
    async progress() {
      deps.events.publish({
        type: "agent.progress",
        data: { ...agent, progress: 0.5, message: bulk },
      })
      await Bun.sleep(0)
    },
    record: (messages: string[]) =>
      transact(deps, async (_, emit) => {
        for (const message of messages) emit({ type: "system.warning", data: { message } })
      }),
    async [Symbol.asyncDispose]() {
      deps.events.close()
      await deps.runs.stop(0)
      await deps.search.close()
      await server.stop(true)
      await database[Symbol.asyncDispose]()
    },
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await Bun.sleep(5)
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

test.each(["stream", "websocket"] as const)(
  "a reader of the %s that stops for a while is told how many passing events it lost, and loses none of record",
  async (kind) => {
    await using it = await eventServer()
    using reader = slowReader(it.url, kind)
    while (it.stats().dropped < 100) await it.progress()
    for (const from of [1, 31, 61])
      await it.record(range(from, from + 29).map((n) => `${n} ${bulk}`))
    await it.progress()
    expect(it.stats().queue_size).toBe(QUEUE_MAX)
    const events = reader.readUntil("the end")
    await until(() => it.stats().queue_size < QUEUE_MAX)
    await it.record(["the end"])

    const seen = await events
    expect(seen.flatMap(({ id }) => id ?? [])).toEqual(range(1, 91))
    const lost = seen.flatMap((event) =>
      event.type === "system.warning" && event.id === null ? [Number(event.data.lost)] : [],
    )
    expect(lost.reduce((sum, count) => sum + count)).toBe(it.stats().dropped)
    expect(it.stats().queue_size).toBe(0)
  },
)

test.each(["stream", "websocket"] as const)(
  "a reader of the %s that vanishes while it is behind leaves nothing behind",
  async (kind) => {
    await using it = await eventServer()
    const reader = slowReader(it.url, kind)
    while (it.stats().dropped === 0) await it.progress()
    await it.record(range(1, 30).map((n) => `${n} ${bulk}`))
    reader[Symbol.dispose]()
    await until(() => it.server.pendingRequests + it.server.pendingWebSockets === 0)
    await until(() => it.stats().queue_size === 0)
    const { dropped } = it.stats()
    for (const _ of range(1, QUEUE_MAX + 1)) await it.progress()
    expect(it.stats()).toMatchObject({ queue_size: 0, dropped })
  },
)

test("150 tabs at once all hear everything in its order, while one of them reads nothing", async () => {
  await using it = await eventServer()
  using _ = slowReader(it.url, "stream")
  const client = createClient({ url: it.url })
  const opened = range(1, 150).map(() => Promise.withResolvers<void>())
  const leaving = new AbortController()
  const heard = opened.map(async ({ resolve: onOpen }) => {
    const ids: (number | null)[] = []
    for await (const { id } of client.events({ onOpen, signal: leaving.signal })) {
      if (ids.push(id) === 40) return ids
    }
  })
  await Promise.all(opened.map(({ promise }) => promise))
  for (const from of range(0, 9)) await it.record(range(1, 4).map((n) => `${from} ${n}`))
  for (const ids of await Promise.all(heard)) expect(ids).toEqual(range(1, 40))
  leaving.abort()
  await until(() => it.server.pendingRequests === 1)
})
