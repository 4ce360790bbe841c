import { describe, expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Document } from "../src/features/documents/schema"
import type { RetrievalResult } from "../src/platform/shapes/passage"
import { type TestServer, testServer } from "./support/server"

/** Public test collections beside the project; they are not part of it. */
const collections = join(import.meta.dir, "../../shared/data/ir")
const FILES_A_REQUEST = 500

type Item = { id: string; title?: string; text: string }

async function lines(path: string): Promise<string[]> {
  return (await Bun.file(join(collections, path)).text()).trim().split("\n")
}

async function items(path: string): Promise<Item[]> {
  const records: Item[] = (await lines(path)).map((line) => JSON.parse(line))
  return records.filter(({ title = "", text }) => `${title}${text}`.trim() !== "")
}

/** Relevant documents and their grades by query. */
async function judgements(name: string): Promise<Map<string, Map<string, number>>> {
  const grades = new Map<string, Map<string, number>>()
  for (const line of (await lines(`${name}/qrels.tsv`)).slice(1)) {
    const [query = "", document = "", grade] = line.split("\t")
    const ofQuery = grades.get(query) ?? new Map<string, number>()
    grades.set(query, ofQuery.set(document, Number(grade)))
  }
  return grades
}

/** One document a record, under its title; the answer maps our ids to the collection's. */
async function ingest(server: TestServer, records: Item[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (let at = 0; at < records.length; at += FILES_A_REQUEST) {
    const part = records.slice(at, at + FILES_A_REQUEST)
    const body = new FormData()
    for (const { id, title = "", text } of part) {
      const name = `${title.replaceAll(/[/\\]/g, " ").slice(0, 200)} ${id}`
      body.append("file", new Blob([`${title}\n\n${text}`]), name)
    }
    const response = await server.fetch("/api/rag/documents/upload", { method: "POST", body })
    const documents = (await response.json()) as Document[]
    for (const [i, { id }] of documents.entries()) ids.set(id, part[i]!.id)
  }
  return ids
}

/** A document ranks by its best passage. */
async function rank(server: TestServer, query: string): Promise<string[]> {
  const response = await server.fetch("/api/rag/query", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, top_k: 100 }),
  })
  const results = (await response.json()) as RetrievalResult[]
  return [...new Set(results.map((result) => result.document_id))]
}

/** Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002. */
function ndcg(ranked: string[], grades: Map<string, number>, cutoff = 10): number {
  const gain = (gains: number[]) =>
    gains.slice(0, cutoff).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0)
  const ideal = gain([...grades.values()].sort((a, b) => b - a))
  return gain(ranked.map((id) => grades.get(id) ?? 0)) / ideal
}

async function meanNdcg(name: string): Promise<number> {
  await using server = await testServer()
  const ids = await ingest(server, await items(`${name}/docs.jsonl`))
  const grades = await judgements(name)
  const scores: number[] = []
  for (const { id, text } of await items(`${name}/queries.jsonl`)) {
    const ofQuery = grades.get(id)
    if (!ofQuery) continue
    const ranked = (await rank(server, text)).map((document) => ids.get(document) ?? "")
    scores.push(ndcg(ranked, ofQuery))
  }
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}

if (!existsSync(collections)) {
  console.log(`Ranking is not tested: the collections are not at ${collections}.`)
}

describe.skipIf(!existsSync(collections))("ranking is better than published BM25", () => {
  test("on Cranfield", async () => {
    expect(await meanNdcg("cranfield")).toBeGreaterThanOrEqual(0.4)
  })
  test("on CISI", async () => {
    expect(await meanNdcg("cisi")).toBeGreaterThanOrEqual(0.42)
  })
})
