import { expect, test } from "bun:test"
import { design } from "../src/engines/roles/design/role"
import { discovery } from "../src/engines/roles/discovery/role"
import { planning } from "../src/engines/roles/planning/role"
import { passagesOf, type WholeDocument } from "./support/passages"
import { askRules } from "./support/roles"

const read = async (text: string, name = "spec.md", type: WholeDocument["type"] = "markdown") => {
  const passages = passagesOf([{ name, text, type }])
  const found = (await askRules(discovery, { passages })).data
  const designed = (await askRules(design, { passages })).data
  const planned = (await askRules(planning, { passages })).data
  return {
    features: found.features.map((feature) => feature.name),
    requirements: found.requirements.map(({ statement }) => statement),
    constraints: found.constraints.map(({ statement }) => statement),
    exclusions: found.exclusions.map(({ statement }) => statement),
    interfaces: designed.interfaces.map((it) => it.name),
    records: designed.data_model.map(({ entity, fields }) => `${entity}: ${fields.join(", ")}`),
    tasks: planned.tasks,
  }
}

const divided = `# Library

## 1 Functional requirements

### 1.1 Lending

Members must be able to borrow a book.

#### Functions

- Reserve a book that is out
- Extend a loan once

#### Stored data

- Due date
- Name of the member

### 1.2 Reminders

The system shall remind members a day before a book is due.
It shall not remind twice.

## 2 Non-functional requirements

- Search answers within 2 seconds
`

test("a chapter of requirements is a feature, its lists are its demands, and its data is a record", async () => {
  const { features, requirements, constraints, records, tasks } = await read(divided)
  expect(features).toEqual(["Lending", "Reminders"])
  expect(requirements).toContain("Extend a loan once")
  expect(requirements).not.toContain("Due date")
  expect(constraints).toEqual(["It shall not remind twice.", "Search answers within 2 seconds"])
  expect(records).toEqual(["Lending: Due date, Name of the member"])
  const lending = tasks.find(({ title }) => title === "Build Lending")
  expect(lending?.acceptance_criteria).toEqual([
    "Members must be able to borrow a book.",
    "Reserve a book that is out",
    "Extend a loan once",
  ])
})

test("numbered demands are all kept, however many they are", async () => {
  const list = Array.from({ length: 45 }, (_, n) => `- **FR-${n + 1}:** Field ${n + 1} is shown.`)
  const { requirements } = await read(
    `# Form\n\n## Requirements\n\n### Fields\n\n${list.join("\n")}`,
  )
  expect(requirements).toHaveLength(45)
})

test("a form that is filled in several times gives a feature each, named by its first line", async () => {
  const form = (name: string, n: number) => `## /F${n}/

- Process: ${name}
- Goal: ${name} is possible within a minute
- Precondition: somebody who is allowed to ${name.toLowerCase()}
- Trigger: a click on “${name}”`
  const names = ["Open an account", "Close an account", "Pay a bill"]
  const { features, requirements } = await read(`# Processes\n\n${names.map(form).join("\n\n")}`)
  expect(features).toEqual(names)
  expect(requirements).toContain("Goal: Pay a bill is possible within a minute")
  expect(requirements.join()).not.toContain("Precondition")
})

test("rows of messages, pages and records are interfaces and records, not features", async () => {
  const { interfaces, records, features } = await read(`# API

## Channels

| Channel | Request | Response |
|---|---|---|
| \`users:create\` | \`{ name, email }\` | \`{ id }\` |
| \`users:delete\` | \`{ id }\` | \`{ success }\` |

## Pages

- \`/\`: the start
- \`/about\`: who we are
- \`/help\`: how to begin

## Data model

| Entity | Field | Type |
|---|---|---|
| Tool | id | uuid |
| Tool | name | text, never empty |
| Member | id | uuid |
| Member | email | text |
`)
  expect(interfaces).toEqual(["users:create", "users:delete", "/", "/about", "/help"])
  expect(records).toEqual(["Tool: id, name", "Member: id, email"])
  expect(features).toEqual([])
})

test("routes with and without the base address are one, and an example of one is no command", async () => {
  const { interfaces } = await read(`# API

Base URL: \`http://localhost:3000/api\`

### POST /users

Creates a user.

\`\`\`bash
git clone https://example.com/api.git
curl -X POST "http://localhost:3000/api/users?dry=1" \\
\`\`\`
`)
  expect(interfaces).toEqual(["POST /users"])
})

test("the chapters and lists of a PDF are read, also where its marks are lost", async () => {
  const text = `1. Goals

Share a note with a link that works for everybody who has it, and
for nobody else.
Notes must be gone after a day.

2. Non-Goals

Accounts and passwords
A search over the notes of all people

2.1 Later

• Comments
• Reactions of readers that may take
more than a line`
  const { requirements, exclusions } = await read(text, "spec.pdf", "pdf")
  expect(requirements).toContain("Notes must be gone after a day.")
  expect(exclusions).toEqual([
    "Accounts and passwords",
    "A search over the notes of all people",
    "Comments",
    "Reactions of readers that may take more than a line",
  ])
})

test("source code demands nothing, and gives its tables and functions", async () => {
  const sql = await read(
    "-- must be fast\ncreate table loan (\n  id uuid,\n  due date\n);\n",
    "a.sql",
    "code",
  )
  expect(sql).toMatchObject({ features: [], requirements: [], records: ["loan: id, due"] })
  const ts = await read(
    "// TODO: never\nexport function lend(tool: Tool): Loan {}\n",
    "a.ts",
    "code",
  )
  expect(ts).toMatchObject({
    features: [],
    constraints: [],
    interfaces: ["lend(tool: Tool): Loan"],
  })
})

test("what a document says of itself, and code words, demand nothing", async () => {
  const { features, requirements, constraints } = await read(`---
title: A must
---

# Notes

**Status:** must be reviewed
**Owner:** Ada

## Errors

- \`FORBIDDEN\`: the caller has no access

## Sync

For example, a note must sync.
`)
  expect({ features, requirements, constraints }).toEqual({
    ...{ features: [], requirements: [], constraints: [] },
  })
})
