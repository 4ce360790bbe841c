import { expect, test } from "bun:test"
import { readSource, writeSource } from "../src/platform/shapes/workflow-file"
import { decoded } from "./support/decoded"
import { type TestServer, testServer } from "./support/server"

const headers = { Accept: "text/html" }

function post({ fetch }: TestServer, path: string, form: Record<string, string> | FormData = {}) {
  const body = form instanceof FormData ? form : new URLSearchParams(form)
  return fetch(path, { method: "POST", body, headers, redirect: "manual" })
}

const definition = (name: string, more: object = {}) =>
  JSON.stringify(
    {
      name,
      nodes: [
        { id: "a", name: "A", agent: "design" },
        { id: "b", name: "B", ...more },
      ],
    },
    null,
    1,
  )
const good = definition("Good", { type: "gate", dependencies: ["a"] })

async function own({ client }: TestServer) {
  return (await client.listWorkflows()).filter(({ preset }) => preset === null)
}

test("the check lists each fault with its line and node, and draws the graph if it can", async () => {
  await using server = await testServer()
  const check = async (source: string) =>
    (await post(server, "/workflows/check", { source })).text()
  expect(await check(good)).toContain("Ready to run: 2 steps.")
  expect(await check(good)).toContain("<svg")
  const cases: [string, RegExp][] = [
    ['{"name": "X",\n "nodes" []}', /Line 2<.*colon expected/],
    [
      definition("X", { agent: "desing" }),
      /Line 12<[\s\S]*<code>b<\/code>[\s\S]*agent: Give the id/,
    ],
    [definition("X", { agent: "review", when: "a ==" }), /<code>b<\/code>[\s\S]*when: The when of/],
    [definition("X", { type: "gate", dependencies: ["z"] }), /<code>b[\s\S]*which does not exist/],
    [good.replace('"name": "Good",', ""), /Give the workflow a name/],
    ["[1]", /Line 1</],
    ["[".repeat(50_000), /is not JSON/],
    ['{"name": "X", "nodes": [{"id": "<b>"}]}', /<code>&lt;b/],
  ]
  for (const [source, told] of cases) expect(await check(source)).toMatch(told)
  expect(await check(definition("X", { type: "gate", dependencies: ["z"] }))).toContain("<svg")
})

test("does not save an invalid workflow, and shows the typed text again", async () => {
  await using server = await testServer()
  const refused = await post(server, "/workflows", { source: definition("X </textarea>") })
  expect(refused.status).toBe(400)
  expect(await refused.text()).toContain("X &lt;/textarea")
  expect(await own(server)).toEqual([])
  const made = await post(server, "/workflows", { source: good })
  expect(made.status).toBe(303)
  expect(await own(server)).toMatchObject([{ name: "Good" }])
})

test("a workflow made from a preset is listed among the user's own", async () => {
  await using server = await testServer()
  const [preset] = await server.client.listPresets()
  const { id } = await server.client.createWorkflow({
    ...{ name: "Plan for <Lantern>", preset: preset?.name ?? "" },
  })
  const html = decoded(await (await server.fetch("/workflows", { headers })).text())
  const [, own = ""] = html.split("Your own")
  expect(own).toContain(`href="/workflows/${id}"`)
  expect(own).toContain("Plan for <Lantern>")
  expect(own).toContain("Made from a preset")
})

test("refuses a change of an outdated version, and shows the newer one", async () => {
  await using server = await testServer()
  await post(server, "/workflows", { source: good })
  const [{ id = "", version = 0 } = {}] = await own(server)
  const save = (source: string, version: number) =>
    post(server, `/workflows/${id}/edit`, { source, version: String(version) })
  expect((await save(good.replace("Good", "Better"), version)).status).toBe(303)
  const stale = await save(good.replace("Good", "Mine"), version)
  expect(stale.status).toBe(409)
  const html = decoded(await stale.text())
  expect(html).toContain("Someone else changed this workflow first.")
  expect(html).toMatch(/"name": "Better"[\s\S]*"name": "Mine"/)
  expect(html).toContain(`name="version" value="${version + 1}"`)
  expect((await save(good.replace("Good", "Mine"), version + 1)).status).toBe(303)
  expect(await own(server)).toMatchObject([{ name: "Mine", version: version + 2 }])
})

test("an exported workflow imports as the same; a copy is independent", async () => {
  await using server = await testServer()
  for (const preset of await server.client.listPresets()) {
    const file = await server.fetch(`/workflows/${preset.name}/export`)
    expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+"$/)
    const form = new FormData()
    form.append("file", new File([await file.text()], "w.json"))
    const imported = await post(server, "/workflows/import", form)
    const id = imported.headers.get("location")?.split("/").at(-1) ?? ""
    const { name, description, nodes } = await server.client.getWorkflow(id)
    const { title, ...told } = preset
    expect([name, description, nodes]).toEqual([title, told.description, told.nodes])
    const copied = await post(server, `/workflows/${id}/duplicate`)
    const copy = copied.headers.get("location")?.split("/").at(-2) ?? ""
    expect(await server.client.getWorkflow(copy)).toMatchObject({ name: `${name} (copy)`, nodes })
    await post(server, `/workflows/${id}/delete`)
    expect(await server.client.getWorkflow(copy)).toMatchObject({ nodes })
  }
  const broken = new FormData()
  broken.append("file", new File(["{"], "w.json"))
  expect((await post(server, "/workflows/import", broken)).status).toBe(400)
})

test("a written definition reads back the same, whatever its texts contain", () => {
  const prompt = 'A [\n"list"\n] of "quotes", \\ and \u2028'
  const { file } = readSource(definition("X", { agent: "review", dependencies: ["a"], prompt }))
  const text = writeSource(file as NonNullable<typeof file>)
  expect(text).toContain('"dependencies": ["a"]')
  expect(readSource(text)).toMatchObject({ file, faults: [] } as object)
})
