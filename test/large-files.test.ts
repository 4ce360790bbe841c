import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { convertFile } from "../src/engines/convert/conversion"
import { prepareFiles } from "../src/engines/convert/prepare"
import type { Document } from "../src/features/documents/schema"
import type { DocumentType } from "../src/platform/shapes/document"
import { codeFiles } from "./support/code"
import { type TestServer, testServer } from "./support/server"

/** A text longer than this is read in the background, in a process of its own. */
const AT_ONCE_BYTES = 1024 ** 2

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { CHUNK_SIZE: "130", CHUNK_OVERLAP: "0" } })
})
afterAll(() => server[Symbol.asyncDispose]())

async function upload(name: string, content: string | Uint8Array<ArrayBuffer>): Promise<Document> {
  const { client } = server
  const documents = await client.uploadDocuments([{ name, content: new Blob([content]) }])
  return (await client.settleDocuments(documents))[0]!
}

/** The text, and so many copies of `filler` below it that it is read in the background. */
function padded(text: string, filler: (i: number) => string): string {
  const fillers: string[] = []
  for (let i = 0, length = text.length; length <= AT_ONCE_BYTES; i++) {
    const part = filler(i)
    fillers.push(part)
    length += part.length
  }
  return text + fillers.join("")
}

async function passages({ id }: Document, query: string, count: number) {
  const found = await server.client.search({ query, document_ids: [id], top_k: count })
  return found
    .map(({ start, content, heading_path }) => ({ start, content, heading_path }))
    .sort((a, b) => a.start - b.start)
}

describe("a file of more than a megabyte is read as a smaller one is", () => {
  test("code keeps the names of its declarations", async () => {
    const { source } = codeFiles["a.ts"]!
    const filler = (i: number) => `\nexport function filler${i}(): number {\n  return ${i}\n}\n`
    const small = await upload("small.ts", source)
    const large = await upload("large.ts", padded(source, filler))
    expect([small.status, large.status]).toEqual(["indexed", "indexed"])
    for (const query of ["how large is the width", "pen line height", "result compute"]) {
      expect(await passages(large, query, 1)).toEqual(await passages(small, query, 1))
    }
    expect((await passages(large, "how large is the width", 1))[0]?.heading_path).toEqual([
      "Shape",
      "area",
    ])
  })

  test("plain text is found by its first line, which is its title", async () => {
    const filler = (i: number) => `Line ${i} of the archive tells nothing of interest.\n\n`
    const text = "The wombat papers\n\nFirst of all, nothing happened.\n\n"
    const small = await upload("small.txt", text)
    const large = await upload("large.txt", padded(text, filler))
    for (const document of [small, large]) {
      const found = await passages(document, "wombat nothing happened", 1)
      expect(found[0]?.content).toContain("nothing happened")
    }
    const titled = await passages(large, "wombat", 100)
    expect(titled).toHaveLength(100)
  })

  test("an old encoding is told from binary data wherever the sample ends", async () => {
    // "日本語です。" in Shift JIS, behind a single byte so that the sample ends within a character.
    const words = Buffer.from("93fa967b8cea82c582b78142", "hex")
    const bytes = Buffer.concat([Buffer.from("a"), Buffer.alloc(1.5 * 1024 ** 2, words)])
    const document = await upload("old.txt", new Uint8Array(bytes))
    expect(document.status).toBe("indexed")
    const { content } = await server.client.getDocument(document.id)
    expect(content.slice(0, 7)).toBe("a日本語です。")
  })
})

describe("this process and a child prepare a file alike", () => {
  const files: [string, DocumentType, string | Buffer][] = [
    ["a.ts", "code", codeFiles["a.ts"]!.source],
    ["a.sql", "code", "select 1;\n\nselect 2;\n\n".repeat(20)],
    ["notes.txt", "text", "A title\n\nFirst. Second! 😀 Third?\n".repeat(20)],
    [
      "guide.md",
      "markdown",
      "---\na: 1\n---\n# One\n\ntext\n\n## Two\n\n```\ncode\n```\n".repeat(9),
    ],
    ["wide.txt", "text", Buffer.from("\ufeffGröße, Straße.\r\n\r\n".repeat(20), "utf16le")],
    ["page.html", "html", "<title>Page</title><h1>One</h1><p>text</p>".repeat(5)],
  ]
  test.each(files)("%s", async (name, type, content) => {
    const path = join(await mkdtemp(join(tmpdir(), "amelia-alike-")), "file")
    await Bun.write(path, content)
    const options = { size: 130, overlap: 30 }
    const file = { name, type, url: null, bytes: await Bun.file(path).bytes() }
    const { converted, packed } = await prepareFiles({ files: [file], options })
    const job = { path, name, type, url: null, ...options }
    const heard = await Array.fromAsync(convertFile(job, new AbortController().signal))
    await rm(join(path, ".."), { recursive: true })
    const told = heard.flatMap((it) => (it.type === "passages" ? [it] : []))
    expect(heard.map((it) => (it.type === "text" ? it.content : "")).join("")).toBe(
      converted[0]!.text,
    )
    expect(told.flatMap(({ passages }) => passages)).toEqual(packed.passages[0]!)
    expect<unknown>(told.flatMap(({ segments }) => segments)).toEqual(packed.segments)
  })
})
