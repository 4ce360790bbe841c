import { expect, test } from "bun:test"
import type { Run } from "../src/features/runs/schema"
import { serverWithModel } from "./support/agents"
import { decoded } from "./support/decoded"
import { finished } from "./support/runs"

/** Three runs of a workflow, of which the second fails, and one of an agent. */
async function filled() {
  const it = await serverWithModel({
    answer: ({ messages }) =>
      messages[0]?.content.includes("Break it") ? { status: 400 } : "A draft.",
  })
  const { client } = it
  const agent = await it.agent({ name: "Writer <1>", type: "custom", system_prompt: "Write." })
  const nodes = [{ id: "draft", name: "Draft", agent: agent.id }]
  const workflow = await client.createWorkflow({ name: "Drafts", graph_definition: { nodes } })
  for (const query of ["First 100 % draft", "Break it", "Third draft"]) {
    await finished(client, (await client.startWorkflow(workflow.id, { query })).id)
  }
  await client.runAgent(agent.id, { input: { query: "By the agent alone" } })
  return { ...it, writer: agent, workflow, [Symbol.asyncDispose]: it[Symbol.asyncDispose] }
}

test("the page and the API select the same runs by the same query", async () => {
  await using it = await filled()
  const { server, writer, workflow } = it
  const cases: [string, string[]][] = [
    ["", ["By the agent alone", "Third draft", "Break it", "First 100 % draft"]],
    ["?status=failed", ["Break it"]],
    [`?of=${workflow.id}`, ["Third draft", "Break it", "First 100 % draft"]],
    [`?of=${writer.id}`, ["By the agent alone"]],
    ["?query=DRAFT+third", ["Third draft"]],
    ["?query=100+%25", ["First 100 % draft"]],
    ["?query=writer", ["By the agent alone"]],
    [`?of=${workflow.id}&status=completed&query=first`, ["First 100 % draft"]],
    ["?query=nobody+asked+this", []],
  ]
  for (const [query, expected] of cases) {
    const found = (await (await server.fetch(`/api/runs${query}`)).json()) as Run[]
    expect(found.map(({ input }) => input.query)).toEqual(expected)
    const html = await pageOf(server, query)
    const shown = [...html.matchAll(/class="card-link"[^>]*>([^<]*)</g)].map(([, text]) => text)
    expect(shown).toEqual(expected)
    expect(html).toContain(expected.length > 0 ? `${expected.length} run` : "No matching runs")
  }
  const [newest] = (await (await server.fetch("/api/runs?limit=1")).json()) as Run[]
  expect(await pageOf(server, `?query=${newest?.id}`)).toContain("1 run,")
  expect(await pageOf(server, `?before=${newest?.id}`)).not.toContain("By the agent alone")
  const refused = await server.fetch("/api/runs?status=lost")
  expect(refused.status).toBe(400)
  const html = await pageOf(server, "?status=lost&of=nobody&before=never")
  expect(html).toContain("4 runs")
  expect(html).toContain('<optgroup label="Agents">')
  expect(html).toContain("Writer <1>")
})

test("the page pages through all runs, and sums the cost of all of them", async () => {
  await using it = await filled()
  const drafts = (await it.client.listRuns()).filter(({ workflow_id }) => workflow_id !== null)
  const sum = drafts.reduce((sum, { known_cost_usd }) => sum + known_cost_usd, 0)
  expect(sum).toBeGreaterThan(0)
  const pages: string[] = []
  for (let query: string | undefined = "?query=DRAFT&limit=1"; query !== undefined; ) {
    const html = await pageOf(it.server, query)
    pages.push(html)
    query = /href="\/runs([^"]*)" rel="next"/.exec(html)?.[1]
  }
  expect(pages).toHaveLength(3)
  for (const [nth, query] of ["Third draft", "Break it", "First 100 % draft"].entries()) {
    expect(pages[nth]).toContain(`3 runs, cost ≥ $${sum.toFixed(4)}`)
    expect(pages[nth]).toContain(query)
  }
  expect(pages[2]).toContain("Newest runs")
})

async function pageOf(
  { fetch }: { fetch(path: string, init?: RequestInit): Promise<Response> },
  query: string,
): Promise<string> {
  const page = await fetch(`/runs${query}`, { headers: { Accept: "text/html" } })
  expect(page.status).toBe(200)
  return decoded(await page.text())
}
