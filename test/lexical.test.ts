import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import fc from "fast-check"
import { joinNeighbours } from "../src/features/search/context"
import { distinct } from "../src/features/search/duplicates"
import { parsePhrase, parseQuery } from "../src/features/search/query"
import type { SearchInput } from "../src/features/search/schema"
import { explanationSchema, type RetrievalResult } from "../src/platform/shapes/passage"
import { type TestServer, testServer } from "./support/server"

let server: TestServer
const texts: Record<string, string> = {
  "sessions.md": "# Sessions\n\nA session timeout ends the login. It is kept in the cookie store.",
  "timeouts.md": "# Timeouts\n\nThe timeout of a session is counted from its last request.",
  "notes/cookies.md": "# Cookies\n\nSession cookies are signed; a Session-Timeout, too.",
  "store.ts": "export function sessionTimeout() {\n  return readCookie('timeout')\n}\n",
  "copy.txt": "A session timeout ends the login. It is kept in the cookie store. Yes.",
}

beforeAll(async () => {
  server = await testServer()
  await server.client.uploadDocuments(
    Object.entries(texts).map(([name, text]) => ({
      name: name.replace("/", "-"),
      content: new Blob([text]),
    })),
  )
})
afterAll(() => server[Symbol.asyncDispose]())

const find = (query: string, more: Partial<SearchInput> = {}) =>
  server.client.search({ query, top_k: 100, ...more })
const names = async (query: string) =>
  (await find(query)).map(({ document_name }) => document_name).sort()

describe("a query finds", () => {
  test("a phrase only where its words stand just so, whatever is between them", async () => {
    expect(await names('"session timeout"')).toEqual([
      "copy.txt",
      "notes-cookies.md",
      "sessions.md",
    ])
    expect(await names('"timeout of a session"')).toEqual(["timeouts.md"])
    expect(await names('cookie "ends the login"')).toEqual(["copy.txt", "sessions.md"])
  })

  test("the words of a phrase that nothing has", async () =>
    expect((await names('"login session cookies"')).length).toBeGreaterThan(1))

  test("no passage with a word that it leaves out", async () => {
    expect(await names("timeout -cookie")).toEqual(["timeouts.md"])
  })

  test("only documents with the names that it says", async () => {
    expect(await names("timeout file:*.ts")).toEqual(["store.ts"])
    expect(await names("session file:COOKIES file:copy*")).toEqual(["copy.txt", "notes-cookies.md"])
    expect(await names("session file:nothing")).toEqual([])
  })

  test("something or nothing, but is never wrong, whatever it is made of", async () => {
    const sign = fc.constantFrom('"', "-", "file:", "session", " ", "*", "?", "(", "[", "\\")
    const query = fc.oneof(
      fc.array(sign).map((parts) => parts.join("")),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        if (text.trim() !== "") await find(text)
      }),
      { numRuns: 100 },
    )
  })

  test("what is no operator exactly as text", () => {
    const texts = ["well-known", "- x", "-5 degrees", '5" disk', "-only", "file:x", '"open end']
    for (const text of texts) expect(parseQuery(text)).toMatchObject({ text, phrases: [] })
    const prose = `"quoted" -word ${"and so on ".repeat(30)}`
    const plain = { text: prose, phrases: [], without: [], files: [] }
    expect(parseQuery(prose)).toMatchObject(plain)
  })
})

test("a phrase begins and ends at the borders of words", () => {
  const { matches } = parsePhrase("read file")
  expect(["Read  file.", "(read-FILE)", "read\nfile"].map(matches)).toEqual([true, true, true])
  expect(["spread file", "read files", "file read"].map(matches)).toEqual([false, false, false])
})

test("explained scores add up: fields to terms, terms to the passage", async () => {
  const queries = ["session timeout", "login cookie store -signed", '"session timeout" login']
  for (const query of queries) {
    const results = await find(query, { explain: true })
    expect(results.length).toBeGreaterThan(0)
    for (const { score, explain } of results) {
      const { lexical } = explanationSchema.parse(explain)
      let total = 0
      for (const term of lexical!.terms) {
        const { title, headings, body } = term.fields
        expect(Math.min(title, headings, body)).toBeGreaterThan(-1e-9)
        expect(title + headings + body).toBeCloseTo(term.score, 9)
        total += term.score
      }
      expect(total).toBeCloseTo(score, 9)
    }
  }
  expect((await find("session"))[0]).not.toHaveProperty("explain")
})

test("a name and the first line of a plain text find each of its passages", async () => {
  const text = `Of owls and mice\n\n${"They are seen at night. ".repeat(60)}`
  const file = { name: "birds.txt", content: new Blob([text]) }
  const [document] = await server.client.uploadDocuments([file])
  for (const query of ["birds", "owls"]) {
    const results = await find(query, { explain: true })
    expect(results).toHaveLength(document!.chunk_count)
    const last = results.find(({ chunk_index }) => chunk_index === document!.chunk_count - 1)
    expect(last!.explain!.lexical!.terms).toMatchObject([
      { frequency: 2, fields: { headings: 0, body: 0 } },
    ])
  }
})

test("words that the best passages share are added to a query that none of them covers", async () => {
  const about = (words: string, i: number) => `${words} seen number${i} near the old harbour wall.`
  const words = ["heron lantern", "heron grebe", "heron grebe", "lantern moth", "grebe pond"]
  const others = Array.from({ length: 40 }, (_, i) => `Nothing of it stands in part p${i}x.`)
  await using own = await testServer()
  await own.client.uploadDocuments(
    [...words.map(about), ...others].map((text, i) => ({
      name: `d${i}.txt`,
      content: new Blob([text]),
    })),
  )
  const results = await own.client.search({ query: "heron moth", explain: true, top_k: 50 })
  const added = results.flatMap(({ explain }) => explain!.lexical!.terms.filter((it) => it.added))
  expect(added.map(({ term }) => term)).toContain("grebe")
  // They order what the query's own words have found, and find nothing beside.
  expect(results.map(({ document_name }) => document_name)).not.toContain("d4.txt")
})

test("what says the same is shown once and names the other places", async () => {
  const results = await find("session timeout login")
  const shown = distinct(results)
  const merged = shown.find(({ also_in }) => also_in.length > 0)
  expect(shown).toHaveLength(results.length - 1)
  expect([merged!.document_name, merged!.also_in[0]!.document_name].sort()).toEqual([
    "copy.txt",
    "sessions.md",
  ])
})

test("neighbours that overlap are read as one passage, letter for letter the document's", () => {
  const text = "One sentence. Another one. A third one. The last one."
  const result = (start: number, end: number, heading = "A"): RetrievalResult => ({
    ...{ content: text.slice(start, end), start, end, heading_path: [heading], chunk_index: 0 },
    ...{ document_id: "a", document_name: "a.md", document_version: 1, page: null, metadata: {} },
    ...{ similarity: null, score: end, mode: "lexical" },
  })
  const joined = joinNeighbours([result(0, 26), result(14, 39), result(30, 53, "B")])
  expect(joined.map(({ start, end }) => [start, end])).toEqual([
    [0, 39],
    [30, 53],
  ])
  for (const { content, start, end } of joined) expect(content).toBe(text.slice(start, end))
})

test("what says the same as a better passage never hides that, and nothing is lost", () => {
  const words = fc.array(fc.constantFrom(..."abcdefghijkl"), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), (contents) => {
      const results = contents.map(
        (content, i): RetrievalResult => ({
          ...{ content: content.map((it) => `word${it}`).join(" "), start: 0, end: 1, page: null },
          ...{ document_id: `${i}`, document_name: `${i}.md`, document_version: 1, chunk_index: 0 },
          ...{ heading_path: [], metadata: {}, similarity: null, mode: "lexical", score: 99 - i },
        }),
      )
      const shown = distinct(results)
      expect(shown[0]?.document_id).toBe("0")
      expect(distinct(results)).toEqual(shown)
      for (const { score, also_in } of shown) {
        for (const hidden of also_in) expect(hidden.score).toBeLessThan(score)
      }
      const all = shown.flatMap(({ document_id, also_in }) => [
        document_id,
        ...also_in.map((it) => it.document_id),
      ])
      expect(all.sort()).toEqual(results.map((it) => it.document_id).sort())
      const scores = shown.map(({ score }) => score)
      expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    }),
  )
})
