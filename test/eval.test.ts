import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { figuresOf, meanFigures } from "../src/features/eval/metrics"
import { rankingOf } from "../src/features/eval/ranking"
import type { RetrievalResult } from "../src/platform/shapes/passage"
import { parseQuestions } from "../src/platform/shapes/questions-file"
import { command } from "./support/amelia"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

describe("figures", () => {
  /** The gains of the example in Järvelin and Kekäläinen (2002), with ten relevant. */
  const ranked = [3, 2, 3, 0, 0, 1, 2, 2, 3, 0]
  const judged = [3, 3, 3, 2, 2, 2, 1, 1, 1, 1]

  test("match the definitions", () => {
    // By hand: 3/1 + 2/1.58496 + 3/2 + 1/2.80735 + 2/3 + 2/3.16993 + 3/3.32193 = 8.31875, and
    // ideally 3/1 + 3/1.58496 + 3/2 + 2/2.32193 + 2/2.58496 + 2/2.80735 + 1/3 + 1/3.16993
    // + 1/3.32193 + 1/3.45943 = 9.97916.
    const { ndcg_at_10, ...others } = figuresOf(ranked, judged)
    expect(ndcg_at_10).toBeCloseTo(8.31875 / 9.97916, 5)
    // Relevant at ranks 1, 2, 3, 6, 7, 8 and 9, out of ten relevant.
    const precisions = 1 / 1 + 2 / 2 + 3 / 3 + 4 / 6 + 5 / 7 + 6 / 8 + 7 / 9
    expect(others.map).toBeCloseTo(precisions / 10, 10)
    expect(others).toMatchObject({ recall: 0.7, mrr: 1 })
  })

  test("cut only nDCG at ten", () => {
    const late = [...Array(10).fill(0), 1]
    expect(figuresOf(late, [1])).toEqual({ ndcg_at_10: 0, recall: 1, mrr: 1 / 11, map: 1 / 11 })
  })

  test("are 0 if nothing is found, and count in the mean", () => {
    const nothing = figuresOf([], [2, 1])
    expect(nothing).toEqual({ ndcg_at_10: 0, recall: 0, mrr: 0, map: 0 })
    const all = figuresOf([2, 1], [1, 2, 0])
    expect(all).toEqual({ ndcg_at_10: 1, recall: 1, mrr: 1, map: 1 })
    expect(meanFigures([nothing, all])).toEqual({
      ndcg_at_10: 0.5,
      recall: 0.5,
      mrr: 0.5,
      map: 0.5,
    })
  })
})

describe("a ranking", () => {
  const passage = (document_id: string, start: number, end: number) =>
    ({ document_id, document_name: document_id, start, end, score: 1 }) as RetrievalResult
  const found = [
    passage("a", 0, 50),
    passage("b", 0, 50),
    passage("a", 50, 99),
    passage("b", 60, 99),
  ]
  const grades = (relevant: Parameters<typeof rankingOf>[1]) =>
    rankingOf(found, relevant).map(({ document_id, grade }) => [document_id, grade])

  test("has each document once, at its best passage", () => {
    expect(grades([{ documentId: "b", grade: 2 }])).toEqual([
      ["a", 0],
      ["b", 2],
    ])
  })

  test("has each judged span at the first passage that overlaps it", () => {
    const span = (start: number, end: number) => ({
      documentId: "b",
      grade: 1,
      span: { start, end },
    })
    expect(grades([span(55, 61)])).toEqual([
      ["a", 0],
      ["b", 0],
      ["b", 1],
    ])
    expect(grades([span(50, 60)])).toEqual([
      ["a", 0],
      ["b", 0],
    ])
    expect(grades([span(49, 61), span(0, 10)])).toEqual([
      ["a", 0],
      ["b", 1],
      ["b", 1],
    ])
  })
})

test("each line of a file that isn't a question is named", () => {
  const text =
    '{"query": "a", "relevant": ["x"]}\n\n{"query": "b"}\nno\n{"query": "c", "relevant": ["x"], "y": 1}'
  const issues = [
    { path: "line 3", message: expect.stringContaining("relevant") },
    { path: "line 4", message: expect.stringContaining("not JSON") },
    { path: "line 5", message: expect.stringContaining("y") },
  ]
  expect(() => parseQuestions(text)).toThrow(expect.objectContaining({ details: { issues } }))
  expect(parseQuestions(text.split("\n").slice(0, 2).join("\n"))).toEqual([
    { id: "1", query: "a", relevant: ["x"] },
  ])
})

describe("of a server", () => {
  const texts = {
    "cats.md": "Cats sleep a lot.",
    "dogs.md": "Dogs bark at cats.",
    "tea.md": "Tea is hot.",
  }
  const uploads = Object.entries(texts).map(([name, text]) => ({ name, content: new Blob([text]) }))

  test("each setting and each question has its figures", async () => {
    await using server = await testServer()
    const [, dogs] = await server.client.uploadDocuments(uploads)
    const answer = await server.client.evaluate({
      questions: [
        { query: "hot tea", relevant: ["tea.md"] },
        {
          query: "dogs that bark",
          relevant: [{ document: dogs!.id, start: 0, end: 4 }, "cats.md"],
        },
      ],
      settings: [{ mode: "lexical", top_k: 1 }],
    })
    expect(answer.settings[0]?.figures).toMatchObject({ recall: 0.75, mrr: 1, map: 0.75 })
    expect(answer.settings[0]?.queries.map(({ ranked }) => ranked[0]?.document_name)).toEqual([
      "tea.md",
      "dogs.md",
    ])
  })

  test("all available modes are measured by default", async () => {
    await using server = await testServer()
    await server.client.uploadDocuments(uploads)
    const questions = [{ query: "hot tea", relevant: ["tea.md"] }]
    const { settings, left_out } = await server.client.evaluate({ questions })
    expect(left_out).toEqual(["vector", "hybrid"])
    expect(settings.map(({ mode, top_k }) => `${mode} ${top_k}`)).toEqual([
      "lexical 10",
      "lexical 100",
    ])
  })

  test("missing documents are named", async () => {
    await using server = await testServer()
    const asked = server.client.evaluate({ questions: [{ query: "x", relevant: ["no.md"] }] })
    expect(await rejection(asked)).toMatchObject({
      status: 404,
      details: { documents: ["no.md"] },
    })
    expect(await rejection(server.client.evaluate({}))).toMatchObject({ status: 400 })
  })

  test("results kept as relevant are a set of questions, until they are deleted", async () => {
    await using server = await testServer()
    const [cats, dogs] = await server.client.uploadDocuments(uploads)
    const place = { query: "animals", document_id: cats!.id, start: 0, end: 4 }
    await server.client.keepJudgement(place)
    const { id } = await server.client.keepJudgement({ ...place, grade: 2 })
    await server.client.keepJudgement({ query: "animals", document_id: dogs!.id })
    const file = async () =>
      parseQuestions(await (await server.fetch("/api/rag/eval/questions.jsonl")).text())
    expect(await file()).toEqual([
      {
        id: "1",
        query: "animals",
        relevant: [
          { document: "cats.md", grade: 2, start: 0, end: 4 },
          { document: "dogs.md", grade: 1 },
        ],
      },
    ])
    expect((await server.client.evaluate({})).questions).toBe(1)
    // The span refers to its own version only.
    await server.client.uploadDocuments([
      { name: "cats.md", content: new Blob(["All cats sleep."]) },
    ])
    expect((await file())[0]?.relevant[0]).toEqual({ document: "cats.md", grade: 2 })
    await server.client.deleteJudgement(id)
    expect((await server.client.listJudgements()).map((it) => it.document_name)).toEqual([
      "dogs.md",
    ])
    await server.client.deleteDocument(dogs!.id)
    expect(await server.client.listJudgements()).toEqual([])
  })

  test("a page keeps a result and shows the quality of the search", async () => {
    await using server = await testServer()
    const [cats] = await server.client.uploadDocuments(uploads)
    const page = async () => await (await server.fetch("/documents/eval")).text()
    expect(await page()).toContain("No results marked as relevant yet")
    const body = new URLSearchParams({
      query: "<cats>",
      document_id: cats!.id,
      start: "0",
      end: "4",
    })
    const kept = await server.fetch("/documents/eval/judgements", {
      method: "POST",
      body,
      headers: { "hx-request": "true" },
    })
    expect(await kept.text()).toContain("Marked as relevant")
    const shown = await page()
    expect(shown).toContain("lexical, top 10")
    expect(shown).toContain("&lt;cats&gt;")
    const [judgement] = await server.client.listJudgements()
    await server.fetch(`/documents/eval/judgements/${judgement!.id}/delete`, { method: "POST" })
    expect(await page()).toContain("No results marked as relevant yet")
  })

  test("the command fails if a figure is worse than in its baseline", async () => {
    await using server = await testServer()
    await server.client.uploadDocuments(uploads)
    const file = (name: string) => join(server.home, name)
    const evaluate = (...options: string[]) =>
      command(["eval", "questions.jsonl", "--mode", "lexical", "--top-k", "10", ...options], server)
    await Bun.write(file("questions.jsonl"), '{"query": "hot tea", "relevant": ["tea.md"]}\n')
    const saved = await evaluate("--save-baseline", "baseline.json", "--trec", "run.txt")
    expect(saved).toMatchObject({ code: 0, err: "" })
    expect(saved.out).toMatch(
      /^mode +top_k +nDCG@10 +recall +MRR +MAP\nlexical +10( +1\.0000){4}\n/,
    )
    expect(await Bun.file(file("run.txt")).text()).toMatch(/^1 Q0 [\w-]{36} 1 1 lexical-10\n$/)
    expect((await evaluate("--baseline", "baseline.json")).code).toBe(0)

    await Bun.write(file("questions.jsonl"), '{"query": "hot tea", "relevant": ["cats.md"]}\n')
    const worse = await evaluate("--baseline", "baseline.json")
    expect(worse).toMatchObject({
      code: 1,
      err: expect.stringContaining("lexical 10: map was 1.0000 and is 0.0000."),
    })
    expect((await evaluate("--baseline", "baseline.json", "--tolerance", "1")).code).toBe(0)

    await Bun.write(file("questions.jsonl"), '{"query": "hot tea"}\n')
    expect(await evaluate()).toMatchObject({ code: 2, err: expect.stringContaining("line 1") })
  })

  test("a span past the end of its document is rejected", async () => {
    await using server = await testServer()
    const [cats] = await server.client.uploadDocuments(uploads)
    const judgement = { query: "x", document_id: cats!.id, start: 0, end: 18 }
    expect(await rejection(server.client.keepJudgement(judgement))).toMatchObject({ status: 400 })
  })
})
