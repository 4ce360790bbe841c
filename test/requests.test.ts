import { afterAll, beforeAll, expect, test } from "bun:test"
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pino from "pino"
import type { Document } from "../src/features/documents/schema"
import { AppError, asAppError } from "../src/platform/errors"
import { freshHome } from "./support/database"
import { canMount, mounted } from "./support/mounts"
import { program, serveProcess } from "./support/process"
import { rawRequest, statusOf } from "./support/raw-request"
import { type TestServer, testServer } from "./support/server"

/** Requests whose failure is not the server's fault must not be answered as one. */
type Line = Record<string, unknown>

const lines: Line[] = []
let heard = (_: Line) => {}
let server: TestServer
beforeAll(async () => {
  const log = pino(
    { level: "info" },
    {
      write(text: string) {
        const line = JSON.parse(text)
        lines.push(line)
        heard(line)
      },
    },
  )
  server = await testServer({ log })
})
afterAll(() => server[Symbol.asyncDispose]())

const id = Bun.randomUUIDv7()
const targets: [line: string, status: number][] = [
  ["CONNECT *", 400],
  ["CONNECT example.com:443", 400],
  ["CONNECT 127.0.0.1:1", 400],
  ["OPTIONS *", 400],
  ["GET *", 400],
  ["GET http://example.com/nowhere", 404],
  ["POST http://example.com/nowhere", 404],
  ["TRACE /", 404],
  ["GET //example.com", 404],
  ["GET /%00", 400],
  [`GET /api/runs/${id}/artifacts/a%00b`, 400],
  [`POST /api/runs/${id}/gates/a%00b`, 400],
  ["GET /static/%00", 400],
  ["GET /%2500", 404],
  ["GET /%ff", 404],
  [`GET /api/runs/${id}/artifacts/%ff`, 404],
]

test.each(targets)("%s is answered with %d", async (line, status) => {
  using request = rawRequest(server.url, [`${line} HTTP/1.1`])
  await request.answered
  expect(statusOf(request.answer())).toBe(status)
})

test("an upload that is not a form with named files is the sender's fault, and the error says why", async () => {
  const part = (filename: string) =>
    `--b\r\nContent-Disposition: form-data; name="file"; ${filename}\r\n\r\nSome text.\r\n--b--\r\n`
  for (const [body, type, said] of [
    [part('filename=""'), "multipart/form-data; boundary=b", "A file needs a name."],
    [part('filename="a.md"'), "multipart/form-data", "has no boundary"],
    [part('filename="a.md"').slice(0, -9), "multipart/form-data; boundary=b", "ends too early"],
  ] as const) {
    const headers = { "Content-Type": type }
    const init = { method: "POST", headers, body }
    const answer = await server.fetch("/api/rag/documents/upload", init)
    expect(await answer.json()).toMatchObject({
      error: "ValidationError",
      message: expect.stringContaining(said),
    })
    expect(answer.status).toBe(400)
    expect((await server.fetch("/documents", init)).status).toBe(400)
  }
})

test("a client that disconnects during a folder preview is not an error", async () => {
  const folder = await mkdtemp(join(tmpdir(), "amelia-left-"))
  const files = Array.from({ length: 3000 }, (_, i) => join(folder, `${i}.md`))
  await Promise.all(files.map((path) => Bun.write(path, `# ${path}\n\nSome text.`)))
  const { promise, resolve } = Promise.withResolvers<Line>()
  heard = (line) => {
    if (line.path === "/api/rag/folders") resolve(line)
  }
  const body = JSON.stringify({ path: folder, dry_run: true })
  const request = rawRequest(server.url, [
    "POST /api/rag/folders HTTP/1.1",
    ...["Content-Type: application/json", `Content-Length: ${body.length}`],
  ])
  await request.write(body)
  // Once it has answered another request, the server has started this one.
  await fetch(`${server.url}/api/workflows`, { method: "POST" })
  request[Symbol.dispose]()
  expect(await promise).toMatchObject({ status_code: 499 })
  expect(lines.filter(({ event }) => event === "request.failed")).toEqual([])
  await rm(folder, { recursive: true })
})

test("a full disk is reported as such, by either code and however wrapped", () => {
  for (const code of ["ENOSPC", "EDQUOT"]) {
    const refused = Object.assign(new Error(`${code}: write`), { code })
    const wrapped = new AppError("ConfigurationError", "It can't be made.", {}, { cause: refused })
    for (const thrown of [refused, wrapped]) {
      expect(asAppError(thrown)).toMatchObject({ name: "StorageQuotaExceededError" })
    }
  }
  expect(asAppError(Object.assign(new Error("EACCES"), { code: "EACCES" }))).toBeUndefined()
})

test.skipIf(!canMount)(
  "when the disk is full, an upload is refused with that reason and leaves nothing (skipped without mounts)",
  async () => {
    await using at = await freshHome()
    const uploads = join(at.home, "uploads")
    await mkdir(uploads)
    const small = mounted(`mount -t tmpfs -o size=8m tmpfs ${uploads}`)
    await using server = await serveProcess({ home: at.home, program: [...small, ...program] })
    const stored = () => readdir(`/proc/${server.pid}/root${uploads}`)
    const upload = (name: string, content: Uint8Array<ArrayBuffer>) => {
      const body = new FormData()
      body.append("file", new File([content], name))
      return fetch(`${server.url}/api/rag/documents/upload`, { method: "POST", body })
    }
    const refusal = { error: "StorageQuotaExceededError", details: { help: expect.any(String) } }

    const large = await upload("large.txt", new Uint8Array(10_000_000).fill(97))
    expect(await large.json()).toMatchObject(refusal)
    expect(large.status).toBe(507)
    expect(await stored()).toEqual([])

    const fitting = await upload("fitting.txt", new Uint8Array(8_000_000).fill(98))
    expect(fitting.status).toBe(201)
    const [document] = (await fitting.json()) as Document[]
    expect(document).toMatchObject({ name: "fitting.txt" })
    const before = await stored()
    // In memory until it is stored, because it is not converted in the background.
    const wide = await upload(
      "wide.txt",
      new Uint8Array(Buffer.from("wide ".repeat(90_000), "utf16le")),
    )
    expect(await wide.json()).toMatchObject(refusal)
    expect(wide.status).toBe(507)
    expect(await stored()).toEqual(before)
  },
)
