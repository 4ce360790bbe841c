import { expect, test } from "bun:test"
import fc from "fast-check"
import { extractiveNotice } from "../src/engines/models/offline"
import { design } from "../src/engines/roles/design/role"
import { extractDesign } from "../src/engines/roles/design/rules"
import { discovery } from "../src/engines/roles/discovery/role"
import { documentation } from "../src/engines/roles/documentation/role"
import { implementation } from "../src/engines/roles/implementation/role"
import { planning } from "../src/engines/roles/planning/role"
import { review } from "../src/engines/roles/review/role"
import type { Material, Role, Upstream } from "../src/engines/roles/role"
import { numberSources } from "../src/engines/roles/sources"
import { testing } from "../src/engines/roles/testing/role"
import { change, implemented } from "./support/outputs"
import { askRules, passage } from "./support/roles"

const text = `A booking has a date, an amount and two accounts.

Every booking must name two accounts. A booking can never be deleted, only reversed.

\`POST /api/bookings\` makes one, see \`src/bookings.ts\`. Which currencies do we support?

\`\`\`sh
bun install
bun test # all of them
bun test && rm -r build
\`\`\`
`
const passages = [passage(text, 0, { heading_path: ["Ledger"] })]

const roles = [discovery, design, planning, implementation, testing, review, documentation]

/** Runs the roles in order, each with all earlier results. Returns all results. */
async function chain(given = passages, also: Upstream = {}) {
  const made: Record<string, { content: string; data: unknown }> = {}
  for (const role of roles as Role<unknown>[]) {
    made[role.type] = also[role.type] ?? (await askRules(role, { passages: given, upstream: made }))
  }
  const of = <Output>({ type }: Role<Output>) => made[type]?.data as Output
  return { made, of }
}

test("implementation lists the plan's tasks and files, and writes no code", async () => {
  const { of } = await chain()
  const { summary, changes, follow_ups } = of(implementation)
  const { tasks } = of(planning)
  expect(summary).toStartWith(`${extractiveNotice}. Rules write no code`)
  expect(changes).toEqual([])
  expect(follow_ups).toHaveLength(tasks.length)
  expect(follow_ups.map(({ follow_up }) => follow_up)).toContain("T1: Define the data of Booking")
  expect(follow_ups.some(({ follow_up }) => follow_up.includes("(src/bookings.ts)"))).toBe(true)
})

test("testing has a case for each demand, with its ids, and only commands that need no shell", async () => {
  const { of } = await chain()
  const { cases, commands, coverage_gaps, files } = of(testing)
  const { requirements, constraints } = of(discovery)
  expect(cases.map(({ expected }) => expected)).toEqual(
    [...requirements, ...constraints].map(({ statement }) => statement),
  )
  expect(cases[0]).toMatchObject({
    ...{ id: "TC1", kind: "manual", priority: "must", steps: [] },
    ...{ expected: "Every booking must name two accounts.", covers: ["R1", "T2"] },
  })
  expect(cases[0]!.citations).toHaveLength(1)
  expect(commands.map(({ argv }) => argv)).toEqual([["bun", "test"]])
  expect(coverage_gaps.map(({ gap }) => gap)).toContain(
    "Not decided: Which currencies do we support?",
  )
  expect(files).toEqual([])
})

test("without earlier results cases refer to no ids", async () => {
  const { data } = await askRules(testing, { passages })
  expect(data.cases.length).toBeGreaterThan(1)
  expect(data.cases.flatMap(({ covers }) => covers)).toEqual([])
})

test("review approves nothing: coverage is unknown, and tasks without changes are named", async () => {
  const { of } = await chain()
  expect(of(review)).toMatchObject({
    verdict: "request_changes",
    findings: [{ claim: "No earlier result has changes to review." }],
  })
  const [first] = of(review).coverage
  expect(first).toMatchObject({
    ...{ requirement: "R1, T2: Every booking must name two accounts.", met: "unknown" },
    evidence: "Not judged by rules. Named by TC1.",
  })
  const data = { ...implemented(), changes: [change({ tasks: ["T1", "T2"] })] }
  const other = await chain(passages, { implementation: { content: "", data } })
  const claims = other.of(review).findings.map(({ claim }) => claim)
  const rest = other.of(planning).tasks.slice(2)
  expect(claims).toEqual(rest.map(({ id, title }) => `No change names ${id}: ${title}`))
  expect(other.of(documentation).changelog).toEqual([
    { kind: "added", entry: "src/links.ts: Saves links." },
  ])
})

test("documentation orders the discovery and the design", async () => {
  const { of, made } = await chain()
  const { title, sections, open_questions } = of(documentation)
  expect(title).toBe("Ledger")
  expect(sections.map(({ heading }) => heading)).toEqual([
    ...["What it does", "How to use it", "Limits", "Data"],
  ])
  expect(sections.find(({ heading }) => heading === "Data")!.body).toBe(
    "- **Booking**: date, amount, accounts",
  )
  expect(open_questions).toMatchObject([{ question: "Which currencies do we support?" }])
  expect(made.documentation!.content).toContain(extractiveNotice)
})

test("without sources the new roles only say that there is nothing", async () => {
  const { of, made } = await chain([])
  for (const { content } of Object.values(made)) expect(content).toContain(extractiveNotice)
  expect(of(implementation)).toMatchObject({ changes: [], assumptions: [], follow_ups: [] })
  expect(of(testing)).toMatchObject({ cases: [], coverage_gaps: [], commands: [] })
  expect(of(review).coverage).toEqual([])
  expect(of(review).findings.map(({ claim }) => claim)).toEqual([
    "No earlier result has changes to review.",
    "Nothing says what has to hold.",
  ])
  expect(of(documentation)).toMatchObject({ sections: [], changelog: [], open_questions: [] })
})

test.each<[string, [string, string[]][]]>([
  ["A link has a URL, a title and tags.", [["Link", ["URL", "title", "tags"]]]],
  ["Every tag must have a name (unique) and a colour.", [["Tag", ["name", "colour"]]]],
  [
    "Each order line holds a price, the time of sale, and one or more discounts.",
    [["Order line", ["price", "time of sale", "discounts"]]],
  ],
  ["A user has the right to be forgotten and left alone.", []],
  ["A list has at most 500 links and a name.", []],
  ["A page has access to the camera and the microphone.", []],
  ["The server has a cache and a worker.", []],
  ["A link has tags.", []],
])("the records of %j are the ones it describes as having parts", (sentence, records) => {
  const sources = numberSources([passage(sentence)])
  const { data_model } = extractDesign({ query: "?", sources, upstream: {}, instructions: "" })
  expect(data_model.map(({ entity, fields }) => [entity, fields])).toEqual(records)
})

const word = fc.constantFrom(
  ...["Users", "must", "can", "never", "a link", "has", "and", "500", "`GET /x`", "`bun test`"],
  ...["because", "TBD", "?", ".", ":", ",", "|", "```", "#", "-", "**Save**", "src/a.ts", "[1]"],
  ...["..", "/etc/x", "C:\\x", "fails", "{id, name}", "<b>", "😀", "\n", "\n\n", "\n## ", "\n- "],
)
const document = fc.array(word, { maxLength: 120 }).map((words) => words.join(" "))

test("the rules' output always fits the role's schema and is deterministic", () => {
  fc.assert(
    fc.property(fc.array(document, { maxLength: 4 }), fc.string(), (texts, query) => {
      const sources = numberSources(texts.map((text, at) => passage(text, at * 10_000)))
      const upstream: Record<string, { content: string; data: unknown }> = {}
      for (const role of roles as Role<unknown>[]) {
        for (const earlier of [{}, { ...upstream }]) {
          const material: Material = { query, sources, upstream: earlier, instructions: "" }
          const data = role.extract(material)
          expect(role.schema.safeParse(data).error?.issues ?? []).toEqual([])
          expect(role.extract(material)).toEqual(data)
          upstream[role.type] = { content: "", data }
        }
      }
    }),
    { numRuns: 150 },
  )
})
