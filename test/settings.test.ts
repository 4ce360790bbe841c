import { expect, test } from "bun:test"
import { ApiError } from "../src/ways-in/client/client"
import { addDocument, question, serverWithModel } from "./support/agents"
import { inTurn } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { ollamaPeer } from "./support/ollama-peer"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

const patch = { method: "PATCH", headers: { "Content-Type": "application/json" } }

test("lists each setting with its value, source and meaning", async () => {
  await using at = await freshHome()
  await Bun.write(`${at.home}/config.env`, "RETENTION_DAYS=30 days\n")
  const env = {
    ANTHROPIC_API_KEY: "sk-ant-0123456789abcdef",
    RATE_LIMIT_MESSAGES: "7/hour",
    ALLOWED_HOSTS: "a.test,b.test",
    AMELIA_TOKEN: "",
  }
  await using server = await testServer({ home: at.home, settings: env })
  const settings = await server.client.getSettings()
  expect(settings.retention_days).toEqual({
    ...{ value: 30, configured: 30, source: `${at.home}/config.env`, changeable: true },
    meaning: expect.stringContaining("Days"),
  })
  expect(settings.anthropic_api_key).toMatchObject({ value: "sk-…cdef", changeable: false })
  expect(settings.anthropic_api_key.source).toBe("the environment")
  expect(settings.default_model).toMatchObject({ value: "auto", source: "its default" })
  expect(settings.budget_day_usd).toMatchObject({ value: null, changeable: true })
  expect(settings.rate_limit_messages.value).toBe("7/hour")
  expect(settings.allowed_hosts.value).toEqual(["a.test", "b.test"])
  expect(settings.log_file_path.value).toBe(`${at.home}/logs/amelia.log`)
  const example = await Bun.file(`${import.meta.dir}/../.env.example`).text()
  const known = [...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name = ""]) => name.toLowerCase())
  expect(Object.keys(settings).sort()).toEqual(known.sort())
})

test("a change takes effect at once, survives a restart, and null restores the configured value", async () => {
  await using at = await freshHome()
  const settings = { DEFAULT_MAX_TOKENS: "2000", BUDGET_RUN_USD: "3" }
  {
    await using server = await testServer({ home: at.home, settings })
    const changed = await server.client.changeSettings({
      ...{ default_model: "offline", default_max_tokens: "300", budget_run_usd: 0.5 },
      record_bodies: false,
    })
    expect(changed).toMatchObject({
      default_model: { value: "offline", configured: "auto", source: "a change while running" },
      default_max_tokens: { value: 300, configured: 2000 },
      budget_run_usd: { value: 0.5, configured: 3 },
      record_bodies: { value: false, configured: true },
      retention_days: { value: 90, configured: 90, source: "its default" },
    })
  }
  await using server = await testServer({ home: at.home, settings })
  const { default_model, default_max_tokens } = await server.client.getSettings()
  expect([default_model.value, default_max_tokens.value]).toEqual(["offline", 300])
  const back = await server.client.changeSettings({ default_max_tokens: null })
  expect(back.default_max_tokens).toMatchObject({ value: 2000, source: "the environment" })
  expect(back.default_model.value).toBe("offline")
})

test("refuses a change with any mistake as a whole, and names each mistake", async () => {
  await using server = await testServer()
  const body = JSON.stringify({
    ...{ default_modell: "auto", port: 9000, DEFAULT_MODEL: "auto", default_model: "gpt-2" },
    ...{ default_max_tokens: 0, record_bodies: "perhaps", budget_run_usd: -1, retention_days: [3] },
    budget_day_usd: 2,
  })
  const answer = await server.fetch("/api/settings", { ...patch, body })
  expect(answer.status).toBe(400)
  const { error, details } = await answer.json()
  expect(error).toBe("ValidationError")
  const said = Object.fromEntries(
    details.issues.map((it: { path: string; message: string }) => [it.path, it.message]),
  )
  expect(said).toEqual({
    default_modell: 'There is no setting "default_modell". Did you mean default_model?',
    port: expect.stringContaining("Set PORT in config.env"),
    DEFAULT_MODEL: expect.stringContaining("There is no setting"),
    default_model: expect.stringContaining("Known models: auto, "),
    default_max_tokens: '"0" is wrong: it must be a whole number, from 1 to 1000000.',
    record_bodies: '"perhaps" is wrong: it must be true or false.',
    budget_run_usd: '"-1" is wrong: it must be a number, 0 or more.',
    retention_days: '"[3]" is wrong: it must be a whole number of days, from 0 to 36500.',
  })
  expect((await server.client.getSettings()).budget_day_usd.value).toBeNull()
  const error400 = await rejection(server.client.changeSettings({ default_model: "" }))
  expect(error400).toBeInstanceOf(ApiError)
})

test("agents and runs without a model use the changed default model", async () => {
  await using it = await serverWithModel()
  const agent = await it.agent()
  expect(agent.config.model).toBe("auto")
  await it.client.changeSettings({ default_model: "anthropic/claude-haiku-5-5" })
  expect((await it.client.getAgent(agent.id)).config.model).toBe("anthropic/claude-haiku-5-5")
  await it.client.runAgent(agent.id, question)
  const { id } = await it.client.createWorkflow({
    name: "W",
    graph_definition: { nodes: [{ id: "a", name: "A", agent: "discovery" }] },
  })
  const run = await it.client.startWorkflow(id, { query: "What?" })
  for await (const { type } of it.client.events({ runId: run.id, lastEventId: 0 })) {
    if (type === "workflow.completed") break
  }
  expect(it.peer.requests.map(({ model }) => model)).toEqual([
    "claude-haiku-5-5",
    "claude-haiku-5-5",
  ])
  await it.client.changeSettings({ default_model: "offline" })
  const { metadata } = await it.client.runAgent(agent.id, question)
  expect(metadata.model).toBe("offline")
  expect(it.peer.requests).toHaveLength(2)
})

test("applies a changed answer length and a changed RECORD_BODIES", async () => {
  await using it = await serverWithModel({ answer: inTurn("One.", "Two.") })
  const { id } = await it.agent({ type: "custom", system_prompt: "Answer." })
  const { metadata } = await it.client.runAgent(id, question)
  await it.client.changeSettings({ default_max_tokens: 77, record_bodies: false })
  const second = await it.client.runAgent(id, question)
  // Thinking tokens come on top.
  const room = it.peer.requests.map(({ max_tokens }) => max_tokens - 16_000)
  expect(room).toEqual([4096, 77])
  const bodies = async (run: string) => {
    const calls = await it.client.listCalls(run)
    return calls.filter(({ kind }) => kind === "model").map(({ request }) => request !== null)
  }
  expect(await bodies(metadata.run_id)).toEqual([true])
  expect(await bodies(second.metadata.run_id)).toEqual([false])
})

test("exactly one model is marked as the default, also after a change", async () => {
  await using peer = await ollamaPeer({ models: ["qwen3:8b"] })
  await using server = await testServer({ settings: { OLLAMA_BASE_URL: peer.url } })
  const chosen = async () =>
    (await server.client.listModels()).filter((model) => model.default).map(({ id }) => id)
  expect(await chosen()).toEqual(["ollama/qwen3:8b"])
  await server.client.changeSettings({ default_model: "offline" })
  expect(await chosen()).toEqual(["offline"])
})

test("also lists a provider that is down or hangs", async () => {
  using silent = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: () => new Promise<Response>(() => {}),
  })
  await using server = await testServer({ settings: { OLLAMA_BASE_URL: `${silent.url}` } })
  await addDocument(server.client)
  expect(await server.client.listModels()).toContainEqual(
    expect.objectContaining({ id: "offline", default: true }),
  )
  silent.stop(true)
})

test("pages work while the default model's provider is down", async () => {
  await using server = await testServer({ settings: { DEFAULT_MODEL: "ollama" } })
  for (const path of ["/", "/settings", "/agents"]) {
    const page = await server.fetch(path, { headers: { Accept: "text/html" } })
    expect(page.status, path).toBe(200)
    if (path === "/") expect(await page.text()).toContain("No Ollama server answers")
  }
  expect((await server.client.listModels()).filter((model) => model.default)).toEqual([])
})
