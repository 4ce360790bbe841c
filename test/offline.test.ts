import { expect, test } from "bun:test"
import { createOffline, extractiveNotice } from "../src/engines/models/offline"
import { costOf } from "../src/engines/models/prices"
import { design } from "../src/engines/roles/design/role"
import { discovery } from "../src/engines/roles/discovery/role"
import { planning } from "../src/engines/roles/planning/role"
import type { Role, Upstream } from "../src/engines/roles/role"
import { askRules, passage } from "./support/roles"

const sections: [heading: string[], content: string][] = [
  [["Ledger"], "Ledger keeps the books of small clubs. It runs on one machine."],
  [
    ["Ledger", "1. Bookings"],
    "Every booking must name two accounts. A booking can never be deleted, only reversed.\n\n" +
      "Users can export bookings as CSV. A booking is `{id, date, amount, from, to}`.\n\n" +
      "`POST /api/bookings` makes one; `GET /api/bookings/:id` reads it.",
  ],
  [
    ["Ledger", "2. Reports"],
    "- **Balance sheet**: shows all accounts on a given day, see `src/reports/balance.ts`.\n" +
      "- **Yearly report**: is written as PDF within 5 s.\n\n" +
      "Reports are made in a worker, because a large one would block the server.",
  ],
  [
    ["Ledger", "Storage"],
    "We use SQLite instead of PostgreSQL, so that nothing has to be installed. " +
      "A power cut can lose the last booking: keep the journal on.",
  ],
  [["Ledger", "Open questions"], "- Which currencies do we support?\n- TBD: who may close a year."],
  [["Ledger", "License"], "You must include the MIT license."],
]

const text = sections.map(([, content]) => content).join("\n\n")

const passages = sections.map(([heading_path, content], chunk_index) =>
  passage(content, text.indexOf(content), {
    document_name: "README.md",
    heading_path,
    chunk_index,
  }),
)

function run<Output>(role: Role<Output>, upstream: Upstream = {}, given = passages) {
  return askRules(role, { passages: given, upstream })
}

test("discovery names features, duties, limits and questions in the documents' own words", async () => {
  const { data, content, citations, model } = await run(discovery)
  expect(model).toBe("offline")
  expect(data.features.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["Bookings", "Balance sheet", "Yearly report"]),
  )
  expect(data.requirements.map(({ statement }) => statement)).toEqual([
    "Every booking must name two accounts.",
  ])
  expect(data.constraints.map(({ statement }) => statement)).toContain(
    "A booking can never be deleted, only reversed.",
  )
  expect(data.open_questions.map(({ question }) => question)).toEqual([
    "Which currencies do we support?",
    "TBD: who may close a year.",
  ])
  expect(content).not.toContain("MIT license")
  for (const { quote, start, end } of citations) expect(quote).toBe(text.slice(start, end))
})

test("design finds routes, records, decisions with alternatives, and risks", async () => {
  const { data } = await run(design)
  expect(data.interfaces.map(({ name }) => name)).toEqual([
    "POST /api/bookings",
    "GET /api/bookings/:id",
  ])
  expect(data.data_model).toMatchObject([
    { entity: "Booking", fields: ["id", "date", "amount", "from", "to"] },
  ])
  expect(data.decisions).toContainEqual(
    expect.objectContaining({
      alternatives: ["PostgreSQL"],
      reason: "nothing has to be installed",
    }),
  )
  expect(data.risks).toContainEqual(expect.objectContaining({ mitigation: "keep the journal on" }))
})

test("planning builds on the design, foundations first, with the documents' demands as criteria", async () => {
  const found = await run(discovery)
  const designed = await run(design, { discovery: found })
  const { data, content } = await run(planning, { discovery: found, design: designed })
  expect(planning.schema.safeParse(data).success).toBe(true)
  expect(data.tasks[0]?.title).toBe("Define the data of Booking")
  const bookings = data.tasks.find(({ title }) => title === "Build Bookings")
  expect(bookings?.depends_on).toEqual(["T1"])
  expect(bookings?.acceptance_criteria).toContain("A booking can never be deleted, only reversed.")
  expect(data.tasks.flatMap(({ files }) => files)).toContain("src/reports/balance.ts")
  expect(content).toContain("- [ ] Every booking must name two accounts.")
})

test("the same sources give the same artifact", async () => {
  for (const role of [discovery, design, planning] as Role<unknown>[]) {
    expect((await run(role)).content).toBe((await run(role)).content)
  }
})

test("without sources nothing is invented", async () => {
  for (const role of [discovery, design, planning] as Role<unknown>[]) {
    const { data, citations } = await run(role, {}, [])
    const { summary, ...lists } = data as { summary: string }
    expect(summary).toContain(extractiveNotice)
    expect(Object.values(lists).flat()).toEqual([])
    expect(citations).toEqual([])
  }
})

test("overlapping passages give each statement once", async () => {
  const [, first] = passages
  if (!first) throw new Error("There is no such passage.")
  const cut = 20
  const overlapping = {
    ...first,
    content: first.content.slice(cut),
    start: first.start + cut,
    chunk_index: 9,
  }
  const alone = await run(discovery, {}, [first])
  const both = await run(discovery, {}, [first, overlapping])
  expect(both.data.requirements).toEqual(alone.data.requirements)
  expect(both.data.features.map(({ name }) => name)).toEqual(
    alone.data.features.map(({ name }) => name),
  )
})

test("output made without a model says so and costs nothing", async () => {
  const offline = createOffline()
  const ask = (extracted: unknown) => {
    const request = { model: "offline", system: "", messages: [], max_tokens: 1, temperature: 0 }
    const options = { signal: new AbortController().signal, onDelta: () => {} }
    return offline.answer({ ...request, extract: () => extracted }, options)
  }
  expect(await ask("Two sentences.")).toMatchObject({ model: "offline", usage: null, retries: 0 })
  expect((await ask("Two sentences.")).text).toContain(extractiveNotice)
  expect((await ask({ summary: "S." })).text).toContain(extractiveNotice)
  expect(costOf([], "offline", "offline", null)).toBe(0)
})
