import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import fc from "fast-check"
import { safeName } from "../src/features/documents/names"
import type { Document, DocumentDetail } from "../src/features/documents/schema"
import type { RetrievalResult } from "../src/platform/shapes/passage"
import { type TestServer, testServer } from "./support/server"

let server: TestServer
beforeAll(async () => {
  const settings = { MAX_UPLOAD_MB: "1", STORAGE_QUOTA_MB: "3" }
  server = await testServer({ settings })
})
afterAll(() => server[Symbol.asyncDispose]())

type File = { name: string; content: string | Uint8Array<ArrayBuffer> }
type Refusal = { error: string; message: string; details: Record<string, unknown> }

async function upload(...files: File[]): Promise<Response> {
  const body = new FormData()
  for (const { name, content } of files) body.append("file", new Blob([content]), name)
  return await server.fetch("/api/rag/documents/upload", { method: "POST", body })
}

async function stored(name: string, content: string): Promise<Document> {
  const response = await upload({ name, content })
  expect(response.status).toBe(201)
  const [document] = (await response.json()) as Document[]
  return document!
}

async function refused(status: number, ...files: File[]): Promise<Refusal> {
  const response = await upload(...files)
  expect(response.status).toBe(status)
  return (await response.json()) as Refusal
}

async function query(body: Record<string, unknown>) {
  const response = await server.fetch("/api/rag/query", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  })
  return { status: response.status, results: (await response.json()) as RetrievalResult[] }
}

const list = async () =>
  (await (await server.fetch("/api/rag/documents?limit=200")).json()) as Document[]
const detail = async (id: string) =>
  (await (await server.fetch(`/api/rag/documents/${id}`)).json()) as DocumentDetail

describe("an upload", () => {
  test("is found at once, with its place in the text", async () => {
    const document = await stored("quokka.md", "# Animals\n\n## Quokkas\n\nA quokka smiles.\n")
    expect(document).toMatchObject({
      name: "quokka.md",
      type: "markdown",
      status: "indexed",
      version: 1,
    })
    const { results } = await query({ query: "smiling quokkas" })
    expect(results[0]).toMatchObject({
      document_id: document.id,
      heading_path: ["Animals", "Quokkas"],
      mode: "lexical",
      similarity: null,
    })
    const { content, chunk_count } = await detail(document.id)
    expect(chunk_count).toBe(1)
    expect(content.slice(results[0]!.start, results[0]!.end)).toBe(results[0]!.content)
  })

  test("of the same content is the same document", async () => {
    const first = await stored("same.txt", "Exactly this.")
    expect(await stored("other.txt", "Exactly this.")).toEqual(first)
  })

  test("of new content under the same name is the next version, which replaces the passages", async () => {
    const first = await stored("versions.txt", "The narwhal of yesterday.")
    const second = await stored("versions.txt", "The unicorn of today.")
    expect(second).toMatchObject({ id: first.id, version: 2 })
    expect((await query({ query: "narwhal" })).results).toEqual([])
    expect((await query({ query: "unicorn" })).results).toMatchObject([{ document_version: 2 }])
  })

  test("by many at once under one name fails for none, and the last is what is found", async () => {
    const contents = Array.from({ length: 8 }, (_, i) => `Racing content number${i}.`)
    const all = await Promise.all(contents.map((content) => stored("race.txt", content)))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(all.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect((await query({ query: "racing" })).results).toHaveLength(1)
  })

  test("by many at once of one content makes one document", async () => {
    const names = Array.from({ length: 6 }, (_, i) => `twin${i}.txt`)
    const all = await Promise.all(names.map((name) => stored(name, "The content of the twins.")))
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  })

  test("of several files answers one document for each, in their order", async () => {
    const response = await upload(
      { name: "a.py", content: "def a(): pass" },
      { name: "b", content: "b" },
    )
    expect(await response.json()).toMatchObject([
      { name: "a.py", type: "code" },
      { name: "b", type: "text" },
    ])
  })

  test("reads UTF-8 and UTF-16 with a mark", async () => {
    const utf16 = new Uint8Array(Buffer.from("\ufeffWombat in UTF-16 😀", "utf16le"))
    const [document] = (await (
      await upload({ name: "wide.txt", content: utf16 })
    ).json()) as Document[]
    expect((await detail(document!.id)).content).toBe("Wombat in UTF-16 😀")
    const bom = await stored("bom.txt", "\ufeffMarked text")
    expect((await detail(bom.id)).content).toBe("Marked text")
  })

  test("tells of itself by events of record", async () => {
    const document = await stored("told.txt", "Something to tell.")
    const ended = new AbortController()
    const response = await server.fetch("/api/events", {
      headers: { "last-event-id": "0" },
      signal: ended.signal,
    })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let mine: string[] = []
    for (let seen = ""; !mine.includes("document.indexed"); ) {
      seen += (await reader.read()).value
      const events = [...seen.matchAll(/^data: (.+)\n/gm)].map(([, data]) => JSON.parse(data!))
      mine = events.filter((it) => it.data.document_id === document.id).map((it) => it.type)
    }
    ended.abort()
    expect(mine).toEqual(["document.uploaded", "document.indexed"])
  })
})

describe("an upload is refused", () => {
  test("whole, when one of its files is wrong", async () => {
    const before = await list()
    const good = { name: "good.txt", content: "Good text." }
    await refused(400, good, { name: "bad.md", content: new Uint8Array([1, 0, 2]) })
    await refused(422, good, { name: "empty.md", content: " \n\t" })
    await refused(400, good, { name: "good.txt", content: "Another good text." })
    expect(await list()).toEqual(before)
  })

  const binary: [string, string, Uint8Array<ArrayBuffer>][] = [
    ["a PDF under another name", "a.md", new TextEncoder().encode("%PDF-1.7 text")],
    [
      "a picture under another name",
      "a.md",
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    ],
    ["junk", "a.md", Uint8Array.from({ length: 500 }, (_, i) => (i % 31) + 1)],
    ["half a pair in UTF-16", "a.txt", new Uint8Array([0xff, 0xfe, 0x00, 0xd8, 0x41, 0])],
    ["text that calls itself a picture", "a.png", new TextEncoder().encode("no picture")],
  ]
  for (const [what, name, content] of binary) {
    test(`when it is ${what}`, async () => {
      expect(await refused(400, { name, content })).toMatchObject({ error: "InvalidFileTypeError" })
    })
  }

  test("when it is too large, or larger than what is left", async () => {
    expect(
      await refused(413, { name: "l.txt", content: "x".repeat(1024 * 1024 + 1) }),
    ).toMatchObject({
      error: "FileTooLargeError",
    })
    const half = (sign: string) => ({ name: `${sign}.txt`, content: sign.repeat(900_000) })
    const answer = await refused(507, half("a"), half("b"), half("c"), half("d"))
    expect(answer.error).toBe("StorageQuotaExceededError")
    expect(answer.details.help).toBeString()
  })

  test("when it is no multipart form with files", async () => {
    const post = (init: RequestInit) =>
      server.fetch("/api/rag/documents/upload", { method: "POST", ...init })
    const json = await post({ body: "{}", headers: { "content-type": "application/json" } })
    expect(json.status).toBe(415)
    expect((await post({ body: new FormData() })).status).toBe(400)
    const text = new FormData()
    text.append("file", "text")
    expect((await post({ body: text })).status).toBe(400)
  })
})

test("a deleted document is gone with its passages", async () => {
  const { id } = await stored("doomed.txt", "The dodo is doomed.")
  const response = await server.fetch(`/api/rag/documents/${id}`, { method: "DELETE" })
  expect(await response.json()).toEqual({ status: "deleted" })
  expect((await query({ query: "dodo" })).results).toEqual([])
  for (const method of ["GET", "DELETE"]) {
    expect((await server.fetch(`/api/rag/documents/${id}`, { method })).status).toBe(404)
  }
})

test("lists are newest first and lead to their next page", async () => {
  for (const i of [1, 2, 3]) await stored(`page${i}.txt`, `Page number ${i}.`)
  const first = await server.fetch("/api/rag/documents?limit=2")
  expect(await first.json()).toMatchObject([{ name: "page3.txt" }, { name: "page2.txt" }])
  const next = /<(.+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1]
  const [third] = (await (await server.fetch(next!)).json()) as Document[]
  expect(third?.name).toBe("page1.txt")
})

describe("a query", () => {
  test("answers mode vector with 503 as long as there is no model", async () => {
    expect((await query({ query: "x", mode: "vector" })).status).toBe(503)
  })
  test("about an unknown document is a 404, with a typo a 400", async () => {
    expect((await query({ query: "x", document_ids: [Bun.randomUUIDv7()] })).status).toBe(404)
    expect((await query({ query: "x", topk: 5 })).status).toBe(400)
  })
  test("searches only the documents that it names", async () => {
    const one = await stored("one.txt", "The okapi grazes.")
    await stored("two.txt", "The okapi sleeps.")
    const { results } = await query({ query: "okapi", document_ids: [one.id] })
    expect(results.map(({ document_id }) => document_id)).toEqual([one.id])
  })
  test("of stop words alone finds them, and of signs alone finds nothing", async () => {
    await stored("hamlet.txt", "To be or not to be.")
    expect((await query({ query: "to be or not to be" })).results[0]?.document_name).toBe(
      "hamlet.txt",
    )
    expect((await query({ query: "?!" })).results).toEqual([])
  })
})

test("a stored name is safe whatever was sent", () => {
  expect(safeName("../../etc/passwd")).toBe("passwd")
  expect(safeName("C:\\x\\y.md")).toBe("y.md")
  expect(safeName("..")).toBe("document")
  expect(safeName(`${"x".repeat(300)}.md`)).toHaveLength(255)
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (name) => {
      const safe = safeName(name)
      expect(safe.length).toBeWithin(1, 256)
      expect(safe).not.toMatch(/[/\\\p{Cc}]/u)
      expect(safe.isWellFormed()).toBe(true)
    }),
  )
})
