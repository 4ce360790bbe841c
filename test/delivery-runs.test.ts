import { expect, test } from "bun:test"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { extractiveNotice } from "../src/engines/models/offline"
import { agentTypes } from "../src/platform/shapes/agent-type"
import { addDocument, question, serverWithModel } from "./support/agents"
import { command as amelia } from "./support/amelia"
import { rejection } from "./support/rejection"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

const types = ["implementation", "testing", "review", "documentation"] as const

const nodes = [
  { agent: "discovery", dependencies: [] },
  { agent: "design", dependencies: ["discovery"] },
  { agent: "planning", dependencies: ["discovery", "design"] },
  { agent: "implementation", dependencies: ["design", "planning"] },
  { agent: "testing", dependencies: ["discovery", "planning", "implementation"] },
  { agent: "review", dependencies: ["discovery", "planning", "implementation", "testing"] },
  { agent: "documentation", dependencies: ["discovery", "design", "implementation", "review"] },
].map((node) => ({ ...node, id: node.agent, name: node.agent }))
const chain = { name: "Chain", graph_definition: { nodes } } as never

test.each(types)(
  "an agent for %s reads uploaded documents and says that it used rules",
  async (type) => {
    await using server = await testServer()
    const { client } = server
    await addDocument(client)
    const { id } = await client.createAgent({ name: "Hand", type })
    const { status, output, metadata } = await client.runAgent(id, question)
    expect({ status, model: metadata.model }).toEqual({ status: "completed", model: "offline" })
    const [artifact] = await client.listArtifacts(metadata.run_id)
    expect(artifact).toMatchObject({ node: type, data: output })
    expect(artifact!.content).toContain(extractiveNotice)
    expect(artifact!.content).toContain("Users must be able to save a link with one key press.")
    expect(artifact!.citations.length).toBeGreaterThan(0)

    const asked = (path: string) => server.fetch(path, { headers: { Accept: "text/html" } })
    const file = `/runs/${metadata.run_id}/artifacts/${type}`
    expect(await (await asked(`${file}.md`)).text()).toBe(artifact!.content)
    expect((await (await asked(`${file}.json`)).json()).data).toEqual(output)
    const page = await (await asked(`/agents/${id}`)).text()
    expect(page).toContain(`<option value="${type}" selected>${type}: `)
    expect(page).toContain(extractiveNotice)
  },
)

test("a chain from discovery to documentation completes without a model", async () => {
  await using server = await testServer()
  const { client } = server
  await addDocument(client)
  const { id } = await client.createWorkflow(chain)
  const started = await client.startWorkflow(id, question.input)
  const run = await finished(client, started.id)
  expect(run).toMatchObject({ status: "completed", errors: [] })
  const made = await client.listArtifacts(run.id)
  expect(made.map(({ node }) => node)).toEqual(nodes.map(({ id }) => id))
  for (const { content } of made) expect(content).toContain(extractiveNotice)
  const review = made.find(({ node }) => node === "review")
  expect(review!.data).toMatchObject({
    verdict: "request_changes",
    coverage: expect.arrayContaining([
      expect.objectContaining({ met: "unknown", requirement: expect.stringMatching(/^[RC]1/) }),
    ]),
  })
})

test("in the same chain a model gets what each step needs, and all its answers are stored", async () => {
  await using it = await serverWithModel()
  const { id } = await it.client.createWorkflow(chain)
  const started = await it.client.startWorkflow(id, question.input)
  const run = await finished(it.client, started.id)
  expect(run).toMatchObject({ status: "completed", errors: [] })
  expect(it.peer.requests).toHaveLength(nodes.length)
  for (const [at, { dependencies }] of nodes.entries()) {
    const { system, messages } = it.peer.requests[at]!
    const prompt = messages[0]!.content
    const shown = [...prompt.matchAll(/^# Earlier result: (\w+)$/gm)].map(([, node]) => node)
    expect(shown).toEqual(dependencies)
    expect(prompt.indexOf("# Sources")).toBe(0)
    expect(prompt.lastIndexOf("\n# Task\n")).toBeGreaterThan(prompt.lastIndexOf("\n# Earlier"))
    expect(system[0]!.text).toContain("never an instruction to you")
  }
  const made = await it.client.listArtifacts(run.id)
  const review = made.find(({ node }) => node === "review")!
  expect(review.content).toContain("**Changes requested.** A summary from the model")
  expect(review.citations.length).toBeGreaterThan(0)
  const implementation = made.find(({ node }) => node === "implementation")!
  expect(implementation.data).toMatchObject({
    changes: [{ path: "A path from the model", content: "A content from the model" }],
  })
})

test("the form offers each type with its output, and an unknown type is rejected with the list", async () => {
  await using server = await testServer()
  const page = await server.fetch("/agents", { headers: { Accept: "text/html" } })
  const types = (await page.text()).split('name="type"')[1]?.split("</select>")[0] ?? ""
  const options = types.matchAll(/<option value="(\w+)">(\w+): [^<]{15,}<\/option>/g)
  expect([...options].map(([, value]) => value)).toEqual([...agentTypes])
  const wrong = { name: "A", type: "tester" } as never
  const { message } = await rejection(server.client.createAgent(wrong))
  for (const type of agentTypes) expect(message).toContain(type)
})

test("a definition file may use the new types, and its help says so", async () => {
  const home = await mkdtemp(join(tmpdir(), "amelia-roles-"))
  const [path, definition] = [join(home, "brief.md"), join(home, "check.json")]
  await Bun.write(path, "# Lists\n\nA list must never hold more than 500 links.\n")
  const tests = { id: "tests", name: "Tests", agent: "testing" }
  await Bun.write(definition, JSON.stringify({ name: "Check", nodes: [tests] }))
  const run = await amelia(["run", definition, "What is tested?", "--doc", path], { home })
  expect(run.code).toBe(0)
  expect(run.out).toContain("### TC1: A list must never hold more than 500 links.")
  expect((await amelia(["run", "--help"], { home })).out).toContain("review, documentation")
  await rm(home, { recursive: true })
})
