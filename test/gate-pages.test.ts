import { expect, test } from "bun:test"
import { decoded } from "./support/decoded"
import { atGate, type Stage, stage, start, waits } from "./support/gates"
import { finished, reached } from "./support/runs"

const page = { Accept: "text/html" }

function post({ server }: Stage, path: string, form: Record<string, string>, headers = {}) {
  const body = new URLSearchParams(form)
  return server.fetch(path, {
    ...{ method: "POST", body, redirect: "manual" },
    headers: { ...page, ...headers },
  })
}

test("a decision is a plain form post that redirects to the run", async () => {
  await using all = await stage()
  const { client } = all.server
  const { id } = await atGate(all)
  const content = "First line.\r\nSecond line."
  const edited = await post(all, `/runs/${id}/gates/gate`, {
    decision: "edit",
    version: "1",
    content,
  })
  expect(edited.status).toBe(303)
  expect(edited.headers.get("location")).toBe(`/runs/${id}`)
  const versions = await client.listVersions(id, "draft")
  expect(versions.at(-1)).toMatchObject({ version: 2, content: "First line.\nSecond line." })
  await post(all, `/runs/${id}/gates/gate`, { decision: "approve", version: "2", feedback: "" })
  expect(await finished(client, id)).toMatchObject({ status: "completed" })
  const late = { decision: "request_changes", version: "2", feedback: "Too <late>." }
  const refused = await post(all, `/runs/${id}/gates/gate`, late)
  expect(refused.status).toBe(400)
  const html = await refused.text()
  expect(decoded(html)).toContain("doesn't wait for a decision")
  expect(html).toContain("Too &lt;late")
})

test("a decision on an outdated version shows the newer one and keeps the typed text", async () => {
  await using all = await stage()
  const { id } = await atGate(all)
  const edit = { decision: "edit", version: 1, content: "By someone else." } as const
  await all.server.client.decide(id, "gate", edit)
  const decisions: Record<string, string>[] = [
    { decision: "edit", content: "My own </textarea><b>words</b>." },
    { decision: "request_changes", feedback: "My own </textarea><b>words</b>." },
  ]
  for (const typed of decisions) {
    const answer = await post(all, `/runs/${id}/gates/gate`, { ...typed, version: "1" })
    expect(answer.status).toBe(409)
    const html = await answer.text()
    expect(html).toContain("There is a newer version.")
    expect(html).toContain("By someone else.")
    expect(html).toContain("My own &lt;/textarea")
    expect(html).toContain('name="version" value="2"')
    expect(html).not.toContain('name="version" value="1"')
  }
})

test("refuses data that is not JSON or breaks the role's schema, next to the typed text", async () => {
  await using all = await stage({}, "sample")
  const nodes = [{ id: "design", name: "Design", agent: "design", approval: true }]
  const { id } = await start(all, nodes)
  await reached(all.server.client, id, waits)
  const edit = (data: string) =>
    post(all, `/runs/${id}/gates/design`, { decision: "edit", version: "1", data })
  const malformed = await edit('{\n  "summary": "x",\n  oops\n}')
  expect(malformed.status).toBe(400)
  const html = await malformed.text()
  expect(html).toContain("Line 3 is not JSON")
  expect(html).toContain("oops")
  expect(html).toContain('aria-describedby="gate-data-issues"')
  const [made] = await all.server.client.listVersions(id, "design")
  const wrong = await edit(JSON.stringify({ ...Object(made?.data), summary: 7 }, null, 2))
  expect(wrong.status).toBe(400)
  expect(decoded(await wrong.text())).toMatch(/Line \d+, summary: [^<]*string/)
  const right = await edit(JSON.stringify({ ...Object(made?.data), summary: "Edited by hand." }))
  expect(right.status).toBe(303)
  const [, edited] = await all.server.client.listVersions(id, "design")
  expect(edited).toMatchObject({ version: 2, origin: "edit", data: { summary: "Edited by hand." } })
  expect(edited?.content).toContain("Edited by hand.")
})

test("versions show their origin, and hostile content stays text", async () => {
  await using all = await stage()
  const { client } = all.server
  const { id } = await atGate(all)
  const content = "Draft 1.\n\n<script>alert(1)</script> [x](javascript:alert(2)) <img src=x>"
  await client.decide(id, "gate", { decision: "edit", version: 1, content })
  const feedback = "Say <script>alert(3)</script> less."
  await client.decide(id, "gate", { decision: "request_changes", version: 2, feedback })
  await reached(client, id, (run) => run.waiting?.version === 3)
  const versions = await client.listVersions(id, "draft")
  expect(versions.map(({ origin, feedback }) => [origin, feedback])).toEqual([
    ["agent", null],
    ["edit", null],
    ["revision", feedback],
  ])
  for (const query of ["", "?node=draft&version=2", "?node=gate&from=1&to=2"]) {
    const answer = await all.server.fetch(`/runs/${id}${query}`, { headers: page })
    const html = await answer.text()
    expect(html).toContain("edited by hand")
    expect(html).toContain("&lt;script")
    expect(html).not.toMatch(/<script>|<img|href="javascript/)
  }
})

test("shows the items of a map, and why a step was skipped", async () => {
  await using all = await stage()
  const { agent } = all
  const { id } = await start(all, [
    { id: "each", name: "Each", type: "map", over: '["left", "right"]', node: { agent } },
    { id: "never", name: "Never", agent, dependencies: ["each"], when: "size(each) == 9" },
  ])
  await finished(all.server.client, id)
  const read = async (query: string) =>
    (await all.server.fetch(`/runs/${id}?${query}`, { headers: page })).text()
  expect(await read("node=each")).toMatch(/2 of 2 done[\s\S]*1\. left[\s\S]*2\. right/)
  const item = await read("node=each&item=1")
  expect(item).toContain("2. right</h2>")
  expect(item).toMatch(/Draft \d/)
  expect(await read("node=never")).toContain(
    "It was skipped because this is not so: size(each) == 9",
  )
  expect(await read("node=nobody&item=-3&from=x")).toContain("<h1")
})
