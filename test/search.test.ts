import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import * as chunkStore from "../src/engines/index/chunk-store"
import {
  addPassages,
  numberPassages,
  packPassages,
  removePassages,
} from "../src/engines/index/indexing"
import { beginSegment, insertBlocks } from "../src/engines/index/insert-store"
import { mergeSegments } from "../src/engines/index/merge"
import { createSearchIndex, type TextQuery } from "../src/engines/index/search-index"
import type { Filter } from "../src/engines/index/snapshot-store"
import * as store from "../src/engines/index/store"
import { queryTerms, termsOf } from "../src/engines/index/terms"
import { lexicalHits } from "../src/features/search/lexical"
import { parseQuery } from "../src/features/search/query"
import type { Database } from "../src/platform/db/db"
import { documents } from "../src/platform/db/schema/documents"
import { openTestDatabase } from "./support/database"

let database: Database & AsyncDisposable
let search: ReturnType<typeof createSearchIndex>
const db = () => database.db

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  search = createSearchIndex()
  await db().execute(sql`delete from amelia.documents`)
  await db().execute(sql`delete from amelia.search_segments`)
})

/** Adds documents of one passage each, and returns their ids. */
async function add(...contents: string[]): Promise<string[]> {
  const fresh = contents.map((content) => {
    const passage = { index: 0, start: 0, end: content.length, headingPath: [], content }
    return { title: "", passages: [passage] }
  })
  const prepared = await numberPassages(db(), await packPassages(fresh))
  return await db().transaction(async (tx) => {
    const rows = contents.map((content) => ({
      name: Bun.randomUUIDv7(),
      type: "text" as const,
      status: "indexed" as const,
      fileSize: content.length,
      storedBytes: content.length,
      contentHash: Bun.randomUUIDv7(),
      indexedVersion: 1,
    }))
    const added = await tx.insert(documents).values(rows).returning()
    await addPassages(tx, added, prepared)
    return added.map(({ id }) => id)
  })
}

async function remove(id: string | undefined) {
  await db().transaction(async (tx) => {
    await removePassages({ db: tx, search }, [id ?? ""])
    await tx.delete(documents).where(sql`id = ${id}`)
  })
}

function hitsOf(query: TextQuery, filter: Filter = {}, on = db()) {
  return search.look(on, filter, (index) => index.search(query))
}

async function find(query: string, topK = 100) {
  const hits = await hitsOf({ terms: queryTerms(query), topK })
  const rows =
    hits.length === 0
      ? []
      : await chunkStore.findPassages(
          db(),
          hits.map((hit) => hit.chunkId),
        )
  const contents = new Map(rows.map(({ chunk }) => [chunk.id, chunk.content]))
  return hits.map(({ chunkId, score }) => ({ content: contents.get(chunkId), score }))
}

/** BM25 as its formula is written, over all texts anew. */
function naive(texts: string[], query: string) {
  const counted = texts.map((text) =>
    termsOf(text)
      .filter(({ stop }) => !stop)
      .map((t) => t.term),
  )
  const average = counted.reduce((sum, terms) => sum + terms.length, 0) / texts.length || 1
  const scored = counted.map((terms, i) => {
    let score = 0
    for (const [term, times] of queryTerms(query)) {
      const df = counted.filter((other) => other.includes(term)).length
      const tf = terms.filter((other) => other === term).length
      const idf = Math.log(1 + (texts.length - df + 0.5) / (df + 0.5))
      score += (times * idf * tf) / (tf + 1.2 * (1 - 0.75 + (0.75 * terms.length) / average))
    }
    return { content: texts[i], score }
  })
  return scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score)
}

const words = ["zebra", "yak", "walrus", "vole", "urchin", "toad", "shrew", "rat"]
const texts = (count: number, seed = 1) => {
  let state = seed
  const random = (below: number) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
  return Array.from({ length: count }, (_, i) => {
    const length = 1 + random(30)
    return `n${i} ${Array.from({ length }, () => words[random(1 + random(words.length))]).join(" ")}`
  })
}

describe("search", () => {
  test("scores exactly as BM25 says, over many segments as over one", async () => {
    const all = texts(60)
    for (let i = 0; i < all.length; i += 7) await add(...all.slice(i, i + 7))
    for (const query of ["zebra", "yak walrus rat", "zebra zebra toad", "n7 urchin", "nothing"]) {
      const found = await find(query)
      const expected = naive(all, query)
      expect(found.length).toBe(expected.length)
      const scores = new Map(expected.map(({ content, score }) => [content, score]))
      for (const { content, score } of found) expect(score).toBeCloseTo(scores.get(content)!, 10)
      expect(found.map(({ score }) => score)).toEqual(
        found.map(({ score }) => score).sort((a, b) => b - a),
      )
    }
  })

  test("counts as if the deleted had never been there", async () => {
    const all = texts(40)
    const ids = await add(...all)
    await find("zebra")
    for (const i of [3, 4, 20, 39]) await remove(ids[i])
    const rest = all.filter((_, i) => ![3, 4, 20, 39].includes(i))
    const found = await find("zebra rat")
    const expected = naive(rest, "zebra rat")
    expect(found.length).toBe(expected.length)
    for (const [i, { score }] of expected.entries()) expect(found[i]?.score).toBeCloseTo(score, 10)
  })

  test("is about some documents only if told so", async () => {
    const [first] = await add("zebra one", "zebra two")
    const query = { terms: queryTerms("zebra"), topK: 10 }
    expect(await hitsOf(query, { documentIds: [first!] })).toHaveLength(1)
    expect(await hitsOf(query, { documentIds: [] })).toHaveLength(0)
    expect(await hitsOf(query)).toHaveLength(2)
  })

  test("finds what a transaction adds only after its commit", async () => {
    await add("zebra")
    await db()
      .transaction(async (tx) => {
        const passage = { index: 0, start: 0, end: 5, headingPath: [], content: "zebra" }
        const prepared = await numberPassages(
          tx,
          await packPassages([{ title: "", passages: [passage] }]),
        )
        const [row] = await tx.select().from(documents)
        await tx.execute(sql`update amelia.chunks set chunk_index = 9`)
        await addPassages(tx, [row!], prepared)
        expect(await hitsOf({ terms: queryTerms("zebra"), topK: 9 }, {}, tx)).toHaveLength(2)
        tx.rollback()
      })
      .catch(() => {})
    expect(await find("zebra")).toHaveLength(1)
  })
})

describe("merging", () => {
  const liveSegments = async () => await store.listSegments(db())

  test("changes no result, neither hit nor score nor order", async () => {
    const all = texts(100, 7)
    const ids: string[] = []
    for (const text of all) ids.push(...(await add(text)))
    for (const i of [0, 50, 51, 99]) await remove(ids[i])
    const queries = ["zebra", "yak rat", "walrus vole toad shrew", "n42"]
    const before = []
    for (const query of queries) before.push(await find(query))
    const expanded = () =>
      lexicalHits({ db: db(), search }, { query, filter: {}, explain: true }, 50)
    const query = parseQuery("yak rat nothing")
    const beforeExpanded = await expanded()
    const count = (await liveSegments()).length
    await mergeSegments(db())
    expect((await liveSegments()).length).toBeLessThan(count / 4)
    for (const [i, query] of queries.entries()) expect(await find(query)).toEqual(before[i]!)
    search = createSearchIndex()
    for (const [i, query] of queries.entries()) expect(await find(query)).toEqual(before[i]!)
    expect(await expanded()).toEqual(beforeExpanded)
  })

  test("rests now and then, and meanwhile all is found", async () => {
    for (const text of texts(120, 5)) await add(`${text} common`)
    let rests = 0
    await mergeSegments(db(), async () => {
      rests++
      expect(await find("common", 200)).toHaveLength(120)
    })
    expect(rests).toBeGreaterThan(0)
  })

  test("keeps deletions that come while it runs, and searches go on", async () => {
    const ids: string[] = []
    for (const text of texts(60, 3)) ids.push(...(await add(`${text} common`)))
    let merging = true
    const merged = mergeSegments(db()).finally(() => {
      merging = false
    })
    let removed = 0
    while (removed < 30 && (merging || removed < 10)) {
      await remove(ids[removed++])
      expect(await find("common")).toHaveLength(60 - removed)
    }
    await merged
    expect(await find("common")).toHaveLength(60 - removed)
    await mergeSegments(db())
    expect(await find("common")).toHaveLength(60 - removed)
  })

  test("of all at the same time leaves each chunk once", async () => {
    for (const text of texts(40, 5)) await add(`${text} common`)
    await Promise.all([mergeSegments(db()), mergeSegments(db()), mergeSegments(db())])
    expect(await find("common")).toHaveLength(40)
  })

  test("that is killed leaves the index as it was, and its rows are swept later", async () => {
    for (const text of texts(20, 5)) await add(`${text} common`)
    const row = { chunkCount: 0, lengths: new Uint8Array(), fences: new Uint8Array() }
    const left = await beginSegment(db(), row)
    await insertBlocks(db(), left, [{ block: 0, packed: Uint8Array.of(1) }])
    expect(await find("common")).toHaveLength(20)
    await db().execute(sql`update amelia.search_segments set created_at = now() - interval '2 hours'
      where id = ${left}`)
    await mergeSegments(db())
    expect(await store.loadSegments(db(), [left])).toEqual([])
    expect(await find("common")).toHaveLength(20)
  })

  test("gets rid of the dead", async () => {
    const ids = await add(...texts(10).map((text) => `${text} common`))
    for (const id of ids) await remove(id)
    await mergeSegments(db())
    expect(await liveSegments()).toEqual([])
  })
})
