import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { strToU8, zipSync } from "fflate"
import type { Document, DocumentDetail } from "../src/features/documents/schema"
import { docx } from "./support/docx"
import { chinesePdf, lines, pdf } from "./support/pdf"
import { rejection } from "./support/rejection"
import { type TestServer, testServer } from "./support/server"

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server[Symbol.asyncDispose]())

async function upload(name: string, content: Blob | string | Uint8Array): Promise<Document> {
  const blob = content instanceof Blob ? content : new Blob([content as Uint8Array<ArrayBuffer>])
  const [document] = await server.client.uploadDocuments([{ name, content: blob }])
  return document!
}

async function read(name: string, content: Blob | string | Uint8Array): Promise<DocumentDetail> {
  const document = await upload(name, content)
  expect(document.status).toBe("processing")
  const [settled] = await server.client.settleDocuments([document])
  return await server.client.getDocument(settled!.id)
}

const passages = (query: string) => server.client.search({ query, top_k: 100 })

describe.concurrent("a PDF", () => {
  const page = (number: number, body: string[]) => [
    { text: "Annual report of the wombats", x: 50, y: 812 },
    ...lines(body),
    { text: `Page ${number} of 3`, x: 250, y: 30 },
  ]

  test("is read by pages and paragraphs, words that a line parts joined, headers and footers left out", async () => {
    const file = pdf(
      [
        page(1, [
          "The well-known wombat digs its bur-",
          "row at night, which is a well-",
          "known fact.",
        ]),
        page(2, ["A quokka (small) smiles."]),
        page(3, ["The end."]),
      ],
      { title: "Animals" },
    )
    const { content, ...document } = await read("animals.pdf", file)
    expect(content).toBe(
      "The well-known wombat digs its burrow at night, which is a well-known fact.\n\n" +
        "A quokka (small) smiles.\n\nThe end.",
    )
    expect(document).toMatchObject({
      ...{ type: "pdf", status: "indexed", progress: 1, chunk_count: 3 },
      ...{ metadata: { title: "Animals", page_count: 3 }, page_starts: [0, 77, 103] },
    })
    const [found] = await passages("quokka smiles")
    expect(found).toMatchObject({ document_id: document.id, page: 2 })
    expect(content.slice(found!.start, found!.end)).toBe(found!.content)
  })

  test("of two columns is read column by column, also if its lines go across, and a table by rows", async () => {
    const side = (name: string) =>
      Array.from({ length: 8 }, (_, i) => `${name} ${i} has words that fill a whole column`)
    const left = lines(side("left"))
    const right = lines(side("right"), { x: 310 })
    const across = left.flatMap((it, i) => [it, right[i]!])
    const table = [
      ["Name", "Cost"],
      ["Wombat", "12"],
    ].flatMap(([name = "", cost = ""], i) => [
      { text: name, x: 50, y: 500 - 14 * i },
      { text: cost, x: 310, y: 500 - 14 * i },
    ])
    const title = { text: "A title that reaches over both of the columns", x: 50, y: 790, size: 20 }
    const { content } = await read("columns.pdf", pdf([[title, ...across, ...table]]))
    expect(content).toBe(
      [title.text, [...side("left"), ...side("right")].join("\n"), "Name\tCost\nWombat\t12"].join(
        "\n\n",
      ),
    )
    const inOrder = await read("in-order.pdf", pdf([[title, ...left, ...right]]))
    expect(inOrder.content).toBe(content.slice(0, inOrder.content.length))
  })

  test("in Chinese is read by its character map, and found", async () => {
    const text = "知识就是力量"
    const { content } = await read("cjk.pdf", chinesePdf(text))
    expect(content).toBe(text)
  })

  test("of a thousand pages is found on each", async () => {
    const pages = Array.from({ length: 1000 }, (_, i) =>
      lines(Array.from({ length: 10 }, (_, line) => `Line ${line} is about subject${i}x only.`)),
    )
    const document = await read("long.pdf", pdf(pages))
    expect(document).toMatchObject({ status: "indexed", metadata: { page_count: 1000 } })
    const [found] = await passages("subject738x")
    expect(found).toMatchObject({ page: 739, document_id: document.id })
  })

  test("that is encrypted, scanned, broken or too long fails with its own sentence, and leaves nothing", async () => {
    const refused: Record<string, [Blob, RegExp]> = {
      "encrypted.pdf": [pdf([lines(["Secret."])], { encrypted: true }), /encrypted/],
      "scanned.pdf": [pdf([[], []]), /no text, only images/],
      "broken.pdf": [new Blob(["%PDF-1.7\n1 0 obj << /Type"]), /damaged or incomplete/],
      "too-long.pdf": [pdf(Array.from({ length: 5001 }, () => [])), /5,001 pages/],
    }
    await allFail(refused)
  })
})

async function allFail(refused: Record<string, [Blob, RegExp]>): Promise<void> {
  const files = Object.entries(refused).map(([name, [content]]) => ({ name, content }))
  const documents = await server.client.settleDocuments(await server.client.uploadDocuments(files))
  for (const { name, error, status, chunk_count, id } of documents) {
    expect({ name, status, chunk_count }).toEqual({ name, status: "failed", chunk_count: 0 })
    expect(error).toMatch(refused[name]![1])
    expect(await server.client.getDocument(id)).toMatchObject({
      content: "",
      content_version: null,
    })
  }
}

describe.concurrent("a Word document", () => {
  test("becomes Markdown with its headings, lists and tables", async () => {
    const table = [
      ["Name", "Cost"],
      ["Wombat", "12 €"],
    ]
    const file = docx(["# The Plan", "Some snake_case.", "## Animals", "- one", "- two", table])
    const { content, type } = await read("plan.docx", file)
    expect(type).toBe("docx")
    expect(content).toBe(
      "# The Plan\n\nSome snake_case.\n\n## Animals\n\n-   one\n-   two\n\n" +
        "| Name | Cost |\n| --- | --- |\n| Wombat | 12 € |",
    )
    const [found] = await passages("wombat cost")
    expect(found).toMatchObject({ heading_path: ["The Plan", "Animals"] })
  })

  test("that is a bomb, lies about its size or is nested without end fails alone", async () => {
    const deep = `${"<w:p>".repeat(50_000)}${"</w:p>".repeat(50_000)}`
    const long = docx(["Boom. ".repeat(100_000)])
    await allFail({
      "bomb.docx": [await claiming(long, 2 ** 30), /unpacks to more than 200 MB/],
      "liar.docx": [await claiming(long, 100), /damaged/],
      "deep.docx": [docx([deep]), /nested too deeply/],
    })
  })

  test("is no other archive that is named so", async () => {
    const archive = new Blob([zipSync({ "a.txt": strToU8("text") }) as Uint8Array<ArrayBuffer>])
    const refusal = await rejection(upload("archive.docx", archive))
    expect(refusal).toMatchObject({ name: "InvalidFileTypeError" })
  })
})

/** The archive with a directory that says that each of its parts has so many bytes. */
async function claiming(archive: Blob, size: number): Promise<Blob> {
  const bytes = Buffer.from(await archive.arrayBuffer())
  const head = "PK\x01\x02"
  for (let at = bytes.indexOf(head); at >= 0; at = bytes.indexOf(head, at + 1)) {
    bytes.writeUInt32LE(size, at + 24)
  }
  return new Blob([bytes])
}

describe("a text", () => {
  const encoded: [string, string, Buffer][] = [
    ["UTF-16 without a mark", "Straße of the okapi", Buffer.from("Straße of the okapi", "utf16le")],
    ["UTF-16 BE", "An okapi", Buffer.from("\ufeffAn okapi", "utf16le").swap16()],
    ["Latin-1", "Die Größe der Übung", Buffer.from("Die Größe der Übung", "latin1")],
    [
      "UTF-8 with a broken place",
      "Größe für alle �",
      Buffer.concat([Buffer.from("Größe für alle "), Buffer.from([0xff])]),
    ],
    [
      "Shift JIS",
      "これは日本語のテキストです。検索できるはずです。",
      Buffer.from(
        "82b182ea82cd93fa967b8cea82cc8365834c8358836782c582b781428c9f8df582c582ab82e982cd82b882c582b78142",
        "hex",
      ),
    ],
  ]
  test.each(encoded)(
    "in %s is read, and its file is given back as it was",
    async (name, text, bytes) => {
      const document = await upload(`${name}.txt`, bytes)
      expect(document).toMatchObject({ status: "indexed", type: "text" })
      expect((await server.client.getDocument(document.id)).content).toBe(text)
      const file = await server.client.getDocumentFile(document.id)
      expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true)
    },
  )

  test("that is Markdown nested without end is read", async () => {
    const deep = `${"> ".repeat(20_000)}deep\n\n${"  ".repeat(5000)}- item\n\n${"[".repeat(50_000)}`
    const document = await upload("nested.md", deep)
    expect(document).toMatchObject({ status: "indexed" })
    expect((await server.client.getDocument(document.id)).content).toBe(deep)
  })
})

test("a file is given for saving only, under its name in any script", async () => {
  const { id } = await upload("<b>Größe.md", "# Text\n")
  const response = await server.fetch(`/api/rag/documents/${id}/file`)
  expect(await response.text()).toBe("# Text\n")
  expect(response.headers.get("content-disposition")).toBe(
    "attachment; filename*=UTF-8''%3Cb%3EGr%C3%B6%C3%9Fe.md",
  )
  expect(response.headers.get("x-content-type-options")).toBe("nosniff")
  expect(response.headers.get("content-type")).toBe("application/octet-stream")
})
