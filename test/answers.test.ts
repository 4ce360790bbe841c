import { expect, test } from "bun:test"
import { custom } from "../src/engines/roles/custom/role"
import { askRules, passage } from "./support/roles"

const text = `# Lantern

Lantern keeps links for teams. It was started by Mira Olsen in 2021.

## Sync

Links sync within 5 seconds. A failed sync is tried again after 30 s, at most ten times.

## Storage

Links are stored in SQLite because nothing has to be installed. A list holds up to 500 links.

A tag is a word that groups links.

## Sessions

A session ends after 20 minutes without a request.`

async function answer(query: string) {
  const passages = [passage(text, 0, { heading_path: [] })]
  const { content } = await askRules(custom(""), { passages, query })
  return [...content.matchAll(/^- (.*) \[1\]$/gm)].map(([, said]) => said)
}

test.each([
  ["How fast do links sync?", "Links sync within 5 seconds."],
  ["How many links can a list hold?", "A list holds up to 500 links."],
  ["When does a session end?", "A session ends after 20 minutes without a request."],
  ["Who started it?", "It was started by Mira Olsen in 2021."],
  [
    "Why are links stored in SQLite?",
    "Links are stored in SQLite because nothing has to be installed.",
  ],
  ["What is a tag?", "A tag is a word that groups links."],
])("%s is answered by its statement first", async (question, expected) => {
  const found = await answer(question)
  expect(found[0]).toBe(expected)
  expect(found.length).toBeLessThanOrEqual(3)
})

test.each([
  "How much does a licence cost?",
  "Which payment providers are supported?",
  "Who audits the encryption keys?",
  "When is the office closed?",
])("%s is not answered, and the answer says so", async (query) => {
  const passages = [passage(text, 0, { heading_path: [] })]
  const { content, citations } = await askRules(custom(""), { passages, query })
  expect(content).toContain("Nothing in your documents answers this.")
  expect(citations).toEqual([])
})

test("the sources of an answer are numbered without gaps, and quote the answer alone", async () => {
  const passages = [
    "# A\n\nCats sleep.",
    "# B\n\nDogs bark. Links sync within 10 seconds. Birds sing.",
  ].map((text, nth) => passage(text, 0, { document_name: `${nth}.md`, heading_path: [] }))
  const { content, citations } = await askRules(custom(""), {
    passages,
    query: "How fast do links sync?",
  })
  expect(content).toContain("- Links sync within 10 seconds. [1]")
  expect(citations).toMatchObject([{ number: 1, quote: "Links sync within 10 seconds." }])
})
