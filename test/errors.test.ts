import { afterAll, beforeAll, expect, test } from "bun:test"
import { join } from "node:path"
import { Glob } from "bun"
import { sql } from "drizzle-orm"
import pino from "pino"
import { openDatabase } from "../src/platform/db/open"
import { type ErrorName, errorNames } from "../src/platform/errors"
import { anthropicPeer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import {
  answered,
  type Case,
  mine,
  ofSteps,
  ofTheStart,
  post,
  toCome,
  unforeseen,
} from "./support/error-cases"
import type { Reply } from "./support/model-peer"
import { rejection } from "./support/rejection"
import { type TestServer, testServer } from "./support/server"

const sentence = /^\S.*[.?]$/

test("every error name is provoked below, except those of future features", () => {
  const known = [...Object.keys(answered), ...toCome, ...ofTheStart, ...ofSteps, unforeseen]
  expect(known.sort()).toEqual([...errorNames].sort())
})

test("names of future features are not thrown anywhere yet", async () => {
  const root = join(import.meta.dir, "..", "src")
  const thrown: string[] = []
  for await (const path of new Glob("**/*.{ts,tsx}").scan(root)) {
    if (/^platform\/(http\/)?errors\.ts$/.test(path)) continue
    const text = await Bun.file(join(root, path)).text()
    thrown.push(...toCome.filter((name) => text.includes(name)).map((name) => `${path}: ${name}`))
  }
  expect(thrown).toEqual([])
})

let plain: TestServer
beforeAll(async () => {
  plain = await testServer()
})
afterAll(() => plain[Symbol.asyncDispose]())

test.each(Object.entries(answered))(
  "%s is answered with its status, a sentence and what that speaks of",
  async (name, cases) => {
    for (const { ask, settings, ...expected } of cases) {
      await using own = settings && (await testServer({ settings }))
      await expectError(await ask(own ?? plain), name as ErrorName, expected)
    }
  },
)

async function expectError(
  response: Response,
  error: ErrorName,
  { status, details, headers = {} }: Omit<Case, "ask">,
): Promise<void> {
  expect(await response.json()).toEqual({
    error,
    message: expect.stringMatching(sentence),
    details: Object.keys(details).length > 0 ? expect.objectContaining(details) : {},
    path: new URL(response.url).pathname,
    request_id: response.headers.get("x-request-id") ?? "",
  })
  expect(response.status).toBe(status)
  expect(Object.fromEntries(response.headers)).toMatchObject(headers)
}

test("an agent that is running can't be started again, and a server that shuts down takes no new work", async () => {
  const release = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  await using peer = await anthropicPeer({
    async before() {
      asked.resolve()
      await release.promise
    },
  })
  await using server = await testServer({
    settings: { ...modelAt(peer.url), SHUTDOWN_TIMEOUT: "30" },
  })
  const agent_id = await createAgent(server)
  const start = post(`/api/agents/${agent_id}/start?wait=false`, query)
  expect((await start(server)).status).toBe(202)
  await asked.promise
  await expectError(await start(server), "AlreadyRunningError", {
    status: 409,
    details: { agent_id, help: expect.any(String) },
  })
  const stopping = server.stop()
  while ((await server.client.ready()).ready);
  await expectError(await post("/api/workflows", mine)(server), "ServiceUnavailableError", {
    status: 503,
    details: { reason: "shutting down" },
    headers: { "retry-after": "1" },
  })
  release.resolve()
  await stopping
})

type Fault = {
  status: number
  reply: Reply
  settings?: Record<string, string>
  /** Of the agent, in seconds. A busy machine may need more than this for any other answer. */
  timeout?: number
}

const faults: Record<(typeof ofSteps)[number], Fault> = {
  LLMAPIError: { status: 502, reply: { status: 401 } },
  AgentTimeoutError: { status: 504, reply: { fault: "silence" }, timeout: 1 },
  AgentExecutionError: { status: 500, reply: { text: "no JSON" } },
  BudgetExceededError: { status: 402, reply: { text: "" }, settings: { BUDGET_DAY_USD: "0" } },
}

test.each(ofSteps)("a client waiting for an agent gets %s, and the run shows it", async (error) => {
  const { status, reply, settings, timeout } = faults[error]
  await using peer = await anthropicPeer({ answer: () => reply })
  await using server = await testServer({ settings: { ...modelAt(peer.url), ...settings } })
  const agent_id = await createAgent(server)
  const response = await post(`/api/agents/${agent_id}/start`, { ...query, timeout })(server)
  const { details } = await response.clone().json()
  await expectError(response, error, {
    status,
    details: { agent_id, run_id: expect.any(String) },
  })
  const run = await server.client.getRun(details.run_id)
  expect(run).toMatchObject({ status: "failed", errors: [{ error }] })
  expect(run.errors[0]?.message).toMatch(sentence)
})

test("a home in use ends the start with AlreadyRunningError, which names its owner", async () => {
  await using server = await testServer()
  const { home, url } = server
  expect(await rejection(testServer({ home }))).toMatchObject({
    name: "AlreadyRunningError",
    message: expect.stringMatching(sentence),
    details: { home, url, pid: process.pid },
  })
})

test("a wrong setting ends the start with ConfigurationError, which names it", async () => {
  expect(await rejection(testServer({ settings: { CHUNK_SIZE: "none" } }))).toMatchObject({
    name: "ConfigurationError",
    message: expect.stringContaining("CHUNK_SIZE"),
    details: { issues: [{ setting: "CHUNK_SIZE" }] },
  })
})

test("an unexpected error answers nothing specific, and the log has the cause under the request's id", async () => {
  await using fresh = await freshHome()
  const { home } = fresh
  const database = await openDatabase({ databaseUrl: undefined, poolSize: 1, home })
  await database.db.execute(sql`alter table amelia.workflows rename to lost`)
  await database.close()
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => lines.push(line) })
  await using server = await testServer({ home, log })
  const response = await server.fetch("/api/workflows")
  const [request_id, body] = [response.headers.get("x-request-id"), await response.clone().json()]
  expect(body.message).toBe("Something went wrong. See the log for the cause.")
  await expectError(response, "InternalServerError", { status: 500, details: {} })
  const told = lines.map((line) => JSON.parse(line)).find((it) => it.event === "request.failed")
  expect(told).toMatchObject({ request_id, err: { message: expect.stringContaining("42P01") } })
  const page = await server.fetch("/workflows", { headers: { Accept: "text/html" } })
  expect(page.status).toBe(500)
  expect(await page.text()).not.toMatch(/42P01|select |lost/)
})

const modelAt = (url: string) => ({
  ANTHROPIC_API_KEY: "sk-ant-test-0001",
  ANTHROPIC_BASE_URL: url,
})

const query = { input: { query: "What should be built?" } }

async function createAgent({ client }: TestServer): Promise<string> {
  return (await client.createAgent({ name: "One", type: "discovery", retry_attempts: 0 })).id
}
