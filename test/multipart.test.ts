import { expect, test } from "bun:test"
import fc from "fast-check"
import { readParts } from "../src/platform/http/multipart"
import { rejection } from "./support/rejection"

const type = "multipart/form-data; boundary=b"

/** Parts with their content, read from a body that arrives in chunks of these sizes. */
async function partsOf(body: Uint8Array | string, sizes = [1_000_000], contentType = type) {
  async function* arriving() {
    const bytes = Buffer.from(body)
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[i % sizes.length] ?? 1
      const chunk = new Uint8Array(bytes.subarray(at, at + size))
      yield chunk
      // As in a request, a chunk is freed when the next one is requested.
      chunk.fill(0)
      at += size
    }
  }
  const parts = []
  for await (const { content, ...part } of readParts(contentType, arriving())) {
    const pieces = await Array.fromAsync(content, (piece) => new Uint8Array(piece))
    parts.push({ ...part, content: Buffer.concat(pieces).toString() })
  }
  return parts
}

const part = (head: string, content = "hello") => `--b\r\n${head}\r\n\r\n${content}\r\n`
const disposition = 'Content-Disposition: form-data; name="file"'

test("parts are read as sent, however the body is split", async () => {
  // Much that looks like a delimiter but isn't one.
  const piece = fc.constantFrom("\r\n--b", "\r\n--", "\r", "\n", "-", "b", "\r\n", "text", "\0")
  const content = fc.array(piece, { maxLength: 12 }).map((them) => them.join(""))
  const isFree = (text: string) => !`\r\n${text}\r\n--b`.slice(0, -1).includes("\r\n--b")
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(fc.array(content.filter(isFree)), sizes, async (contents, sizes) => {
      const parts = contents.map((it, i) => part(`${disposition}; filename="${i}"`, it))
      const read = await partsOf(`${parts.join("")}--b--\r\n`, sizes)
      expect(read.map((it) => it.content)).toEqual(contents)
    }),
  )
})

test("a browser's form is parsed", async () => {
  const form = new FormData()
  form.append("file", new File(["one"], 'a "b"\r\nü.md'))
  form.append("file", new File([], ""))
  form.append("note", "Some\ntext")
  const sent = new Response(form)
  const contentType = sent.headers.get("content-type") ?? ""
  const parts = await partsOf(await sent.bytes(), [7], contentType)
  expect(parts).toEqual([
    { name: "file", filename: 'a "b"\r\nü.md', content: "one" },
    { name: "file", filename: "", content: "" },
    { name: "note", filename: undefined, content: "Some\r\ntext" },
  ])
})

test("forms of other clients are parsed too", async () => {
  const cases: [head: string, filename: string | undefined][] = [
    [`${disposition}; filename="a\\"b.md"`, 'a"b.md'],
    [`${disposition}; filename="C:\\dir\\"`, "C:\\dir\\"],
    [`${disposition}; filename=plain.md`, "plain.md"],
    [`content-disposition: FORM-DATA; NAME=file; FileName="a.md"`, "a.md"],
    [`Content-Type: text/plain\r\n${disposition}; filename=""`, ""],
    [`${disposition}\r\nX-Other: form-data; filename="x"`, undefined],
  ]
  for (const [head, filename] of cases) {
    const body = `preamble\r\n${part(head)}--b--\r\nepilogue`
    const expected = [{ name: "file", filename, content: "hello" }]
    expect(await partsOf(body), head).toEqual(expected)
    expect(await partsOf(body, [3], 'multipart/form-data; boundary="b"'), head).toEqual(expected)
  }
})

test("a malformed or incomplete body is the sender's fault, and the error says why", async () => {
  const whole = `${part(`${disposition}; filename="a.md"`)}--b--\r\n`
  const cases: [body: string, said: string, contentType?: string][] = [
    [whole, "has no boundary", "multipart/form-data"],
    [whole, "ends too early", "multipart/form-data; boundary=other"],
    ["", "ends too early"],
    ["junk", "ends too early"],
    [part("X-Other: y"), "a part has no name"],
    [part(`${disposition}${"x".repeat(20_000)}`), "headers are too long"],
    [`--bx\r\n${disposition}\r\n\r\n--b--`, "a delimiter has no line break"],
  ]
  for (let end = 0; end < whole.length - 4; end += 5) cases.push([whole.slice(0, end), "too early"])
  for (const [body, said, contentType] of cases) {
    const error = await rejection(partsOf(body, [50], contentType))
    expect(error, body).toMatchObject({ name: "ValidationError" })
    expect(error.message).toContain(said)
  }
})
