import { expect, test } from "bun:test"
import { type AnthropicPeer, anthropicPeer, type MessagesRequest } from "./support/anthropic-peer"
import type { Reply } from "./support/model-peer"
import { rejection } from "./support/rejection"
import { finished } from "./support/runs"
import { type TestServer, testServer } from "./support/server"

type Answer = (prompt: string, request: MessagesRequest) => Reply | string | Promise<Reply | string>

const broken: Reply = { status: 400, type: "invalid_request_error", message: "The peer breaks." }

/** A server with a scripted model, and an agent that accepts any form of answer. */
async function stage(answer: Answer) {
  const peer: AnthropicPeer = await anthropicPeer({
    answer: (request) => answer(promptOf(request), request),
  })
  const settings = { ANTHROPIC_API_KEY: "sk-ant-test", ANTHROPIC_BASE_URL: peer.url }
  const server: TestServer = await testServer({ settings })
  const writer = { name: "Writer", type: "custom", system_prompt: "You answer." } as const
  const { id: agent } = await server.client.createAgent({ ...writer, retry_attempts: 0 })
  return {
    ...{ peer, server, agent, client: server.client },
    async run(nodes: object[]) {
      const graph_definition = { nodes } as never
      const workflow = await server.client.createWorkflow({ name: "W", graph_definition })
      const { id } = await server.client.startWorkflow(workflow.id, { query: "Go." })
      return finished(server.client, id)
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await peer[Symbol.asyncDispose]()
    },
  }
}

const promptOf = ({ messages }: MessagesRequest) =>
  messages.map(({ content }) => content).join("\n")
const itemIn = (prompt: string) => /# The one item to work on\n(\S+)/.exec(prompt)?.[1]
/** A planning result with these task titles, like the loopback peer's sample. */
const planOf = (titles: string[]) => (text: string) => {
  const plan = JSON.parse(text)
  return {
    ...plan,
    tasks: titles.map((title, i) => ({ ...plan.tasks[0], id: `T${i + 1}`, title })),
  }
}

test("skips a node whose condition is false, and the nodes that depend only on it", async () => {
  await using all = await stage((prompt) => (prompt.includes("say yes") ? "yes" : "no"))
  const { agent } = all
  const run = await all.run([
    { id: "ask", name: "Ask", agent, prompt: "say yes" },
    { id: "yes", name: "Yes", agent, dependencies: ["ask"], when: "ask == 'yes'" },
    { id: "no", name: "No", agent, dependencies: ["ask"], when: "ask != 'yes'" },
    { id: "after_no", name: "After no", agent, dependencies: ["no"] },
    { id: "join", name: "Join", agent, dependencies: ["yes", "no"] },
    { id: "query", name: "Query", agent, when: "input.query.startsWith('Go')" },
  ])
  expect(run).toMatchObject({ status: "completed", progress: 1 })
  const statuses = Object.entries(run.nodes).map(([id, { status }]) => `${id} ${status}`)
  expect(statuses).toEqual([
    ...["ask completed", "yes completed", "no skipped", "after_no skipped"],
    ...["join completed", "query completed"],
  ])
})

test("refuses an invalid expression with the node's name, before storing anything", async () => {
  await using all = await stage(() => "")
  const { agent, client } = all
  const first = { id: "first", name: "First", agent }
  const cases: [object, string, string][] = [
    [{ when: "first ==" }, "when", "second"],
    [{ when: "third == 1" }, "when", "Unknown variable: third"],
    [{ type: "map", over: "first.(", node: { agent } }, "over", "second"],
    [{ type: "command" }, "", "There is no node type"],
    [{ type: "gate", dependencies: [] }, "dependencies", "A gate needs a dependency"],
  ]
  for (const [more, field, word] of cases) {
    const second = { id: "second", name: "Second", dependencies: ["first"], ...more }
    const node = "type" in more ? second : { agent, ...second }
    const graph_definition = { nodes: [first, node] } as never
    const refused = await rejection(client.createWorkflow({ name: "W", graph_definition }))
    expect(refused).toMatchObject({ name: "ValidationError", status: 400 })
    const [issue] = (
      refused as unknown as { details: { issues: { path: string; message: string }[] } }
    ).details.issues
    expect(issue?.path).toContain(`nodes.1${field && `.${field}`}`)
    expect(issue?.message).toContain(word)
  }
  expect(await client.listWorkflows()).toEqual([])
})

test("a condition without a value fails its node with an explanation", async () => {
  await using all = await stage(() => "text")
  const { agent } = all
  const run = await all.run([
    { id: "ask", name: "Ask", agent },
    { id: "then", name: "Then", agent, dependencies: ["ask"], when: "ask.verdict == 'yes'" },
  ])
  expect(run).toMatchObject({
    status: "failed",
    errors: [{ node: "then", error: "ValidationError" }],
  })
  expect(run.errors[0]?.message).toContain("ask.verdict == 'yes'")
})

test("a node that is allowed to fail doesn't stop the others", async () => {
  await using all = await stage((prompt) => {
    if (prompt.includes("break")) return broken
    return "fine"
  })
  const { agent } = all
  const run = await all.run([
    { id: "weak", name: "Weak", agent, prompt: "break", on_error: "continue" },
    { id: "strong", name: "Strong", agent },
    { id: "join", name: "Join", agent, dependencies: ["weak", "strong"], when: "weak == null" },
  ])
  expect(run).toMatchObject({
    status: "completed",
    errors: [],
    nodes: { weak: { status: "failed" }, join: { status: "completed" } },
  })
})

const items = (count: number) => `[${Array.from({ length: count }, (_, n) => `"item-${n}"`)}]`

test("a map runs once per item, with the configured concurrency, and joins the results in order", async () => {
  let now = 0
  let most = 0
  const full = Promise.withResolvers<void>()
  await using all = await stage(async (prompt) => {
    const item = itemIn(prompt)
    if (!item) return "joined"
    most = Math.max(most, ++now)
    if (now === 5) full.resolve()
    await full.promise
    now--
    return `Made of ${item}.`
  })
  const { agent, client } = all
  const run = await all.run([
    { id: "each", name: "Each", type: "map", over: items(20), parallelism: 5, node: { agent } },
    { id: "join", name: "Join", agent, dependencies: ["each"] },
  ])
  expect(run).toMatchObject({ status: "completed", progress: 1 })
  expect(most).toBe(5)
  const made = Array.from({ length: 20 }, (_, n) => `Made of item-${n}.`)
  expect(run.nodes.each?.output).toEqual(made)
  const [each] = await client.listArtifacts(run.id)
  expect(each?.content.match(/^## \d+\. item-\d+$/gm)).toHaveLength(20)
  expect(promptOf(all.peer.requests.at(-1)!)).toContain("Made of item-19.")
  const steps = await client.listSteps(run.id)
  const indexes = steps.filter(({ node }) => node === "each").map(({ map_index }) => map_index)
  expect(indexes.toSorted((a, b) => a - b)).toEqual([-1, ...Array(20).keys()])
})

test("a failed item fails the map or is left out, depending on the definition", async () => {
  await using all = await stage((prompt) => {
    if (itemIn(prompt) === "item-1") return broken
    return "made"
  })
  const { agent } = all
  const each = {
    id: "each",
    name: "Each",
    type: "map",
    over: items(3),
    parallelism: 1,
    node: { agent },
  }
  const strict = await all.run([each])
  expect(strict).toMatchObject({ status: "failed", nodes: { each: { status: "failed" } } })
  expect(strict.nodes.each?.error).toContain("1 of 3 items failed")
  const lenient = await all.run([{ ...each, on_error: "continue" }])
  expect(lenient).toMatchObject({ status: "completed" })
  expect(lenient.nodes.each?.output).toEqual(["made", null, "made"])
})

test("a map over an empty list, or something that is not a list, says so", async () => {
  await using all = await stage(() => "made")
  const { agent, client } = all
  const each = { id: "each", name: "Each", type: "map", node: { agent } }
  expect((await all.run([{ ...each, over: "input.query" }])).errors[0]?.message).toBe(
    `"input.query" is not a list.`,
  )
  const empty = await all.run([{ ...each, over: "[]" }])
  expect(empty).toMatchObject({ status: "completed", nodes: { each: { output: [] } } })
  expect((await client.listArtifacts(empty.id))[0]?.content).toContain("empty")
})

test("a map iterates over the tasks that an earlier agent planned", async () => {
  await using all = await stage(async (prompt, request) => {
    if (!request.output_config) return `Done: ${/"title": "(\w+)"/.exec(prompt)?.[1]}`
    const { sampleAnswer } = await import("./support/anthropic-peer")
    return JSON.stringify(planOf(["One", "Two"])(sampleAnswer(request)))
  })
  const run = await all.run([
    { id: "planning", name: "Planning", agent: "planning" },
    {
      ...{ id: "each", name: "Each", type: "map", over: "planning.tasks" },
      ...{ dependencies: ["planning"], node: { agent: all.agent } },
    },
  ])
  expect(run.errors).toEqual([])
  expect(run.nodes.each?.output).toEqual(["Done: One", "Done: Two"])
})
