import { expect, test } from "bun:test"
import { existsSync, readFileSync } from "node:fs"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { CONVERT } from "../src/engines/convert/child-protocol"
import type { Document } from "../src/features/documents/schema"
import { descendantsOf, listProcesses } from "../src/platform/processes/processes"
import type { Client } from "../src/ways-in/client/client"
import { command } from "./support/amelia"
import { freshHome } from "./support/database"
import { lines, pdf } from "./support/pdf"
import { type ServerProcess, serveProcess } from "./support/process"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

async function upload(client: Client, name: string, content: string | Blob): Promise<Document> {
  const blob = typeof content === "string" ? new Blob([content]) : content
  const [document] = await client.uploadDocuments([{ name, content: blob }])
  return document!
}

const settled = async (client: Client, document: Document) =>
  (await client.settleDocuments([document]))[0]!
const found = async (client: Client, query: string) =>
  (await client.search({ query, top_k: 100 })).map((it) => it.document_version)

/** Too long to be indexed while its upload waits: `mb` of lines, each with one of `words`. */
function log(mb: number, word: string): string {
  const line = (i: number) => `2026-11-23T05:40:00Z INFO request ${i} of the ${word} was answered\n`
  return Array.from({ length: (mb * 1024 ** 2) / 60 }, (_, i) => line(i)).join("")
}

const originals = (home: string) => readdir(join(home, "uploads"))

test("a former version is found until the next one is, and if that fails", async () => {
  await using server = await testServer()
  const { client, home } = server
  const first = await upload(client, "a.pdf", pdf([lines(["The wombat digs."])]))
  expect(await found(client, "wombat")).toEqual([])
  await settled(client, first)
  const broken = await upload(client, "a.pdf", new Blob(["%PDF-1.7 wombat"]))
  expect(broken).toMatchObject({ id: first.id, version: 2, status: "processing" })
  expect(await found(client, "wombat")).toEqual([1])
  expect(await settled(client, broken)).toMatchObject({ status: "failed", version: 2 })
  expect(await found(client, "wombat")).toEqual([1])
  expect(await client.getDocument(first.id)).toMatchObject({
    content: "The wombat digs.",
    content_version: 1,
    page_starts: [0],
  })
  const third = await upload(client, "a.pdf", pdf([lines(["The wombat sleeps."])]))
  expect(await settled(client, third)).toMatchObject({ status: "indexed", version: 3, error: null })
  expect(await found(client, "wombat")).toEqual([3])
  expect(await client.listDocumentVersions(first.id)).toMatchObject([
    { version: 3, status: "indexed", is_searched: true },
    { version: 2, status: "failed", error: expect.stringContaining("damaged"), is_searched: false },
    { version: 1, status: "indexed", is_searched: false },
  ])
  expect(await originals(home)).toHaveLength(3)
  await client.deleteDocument(first.id)
  expect(await originals(home)).toEqual([])
  expect(await found(client, "wombat")).toEqual([])
})

test("of versions that come while one is read the newest is found, and the others say why they are not", async () => {
  await using server = await testServer()
  const { client } = server
  const contents = ["zebra", "okapi", "quokka"].map((word) => log(2, word))
  let last: Document | undefined
  for (const content of contents) last = await upload(client, "busy.log", content)
  expect(await settled(client, last!)).toMatchObject({ status: "indexed", version: 3 })
  expect(new Set(await found(client, "zebra okapi quokka"))).toEqual(new Set([3]))
  const [, second] = await client.listDocumentVersions(last!.id)
  expect(second).toMatchObject({
    status: "failed",
    error: expect.stringContaining("newer version"),
  })
})

test("what failed is tried again when asked, by the command and by the same upload; what did not, is not", async () => {
  await using server = await testServer()
  const { client, home } = server
  const broken = new Blob(["%PDF-1.7 broken"])
  const failed = await settled(client, await upload(client, "b.pdf", broken))
  expect(failed.status).toBe("failed")
  expect(await client.retryDocument(failed.id)).toMatchObject({ status: "processing", error: null })
  expect(await settled(client, failed)).toMatchObject({ status: "failed", version: 1 })
  expect(await upload(client, "b.pdf", broken)).toMatchObject({
    id: failed.id,
    version: 1,
    status: "processing",
  })
  await settled(client, failed)
  const { code, out } = await command(["docs", "retry", failed.id], { home })
  expect({ code, out }).toEqual({ code: 0, out: `${failed.id}: failed\n` })
  const good = await upload(client, "good.md", "# Good")
  expect(await rejection(client.retryDocument(good.id))).toMatchObject({ status: 409 })
})

test("amelia ingest waits until a document is read, and fails with its reason", async () => {
  await using server = await testServer()
  const { home, client } = server
  await Bun.write(join(home, "good.pdf"), pdf([lines(["The wombat digs."])]))
  await Bun.write(join(home, "secret.pdf"), pdf([lines(["Hidden."])], { encrypted: true }))
  const { code, out } = await command(["ingest", "good.pdf", "secret.pdf"], { home })
  expect(code).toBe(1)
  expect(out).toMatch(/^good\.pdf: 1 passage .*\nsecret\.pdf: failed: This PDF is encrypted\./)
  expect(await found(client, "wombat")).toEqual([1])
})

/** Resolves when the document is being read, in its middle. */
async function inTheMiddle(client: Client, { id }: Document): Promise<void> {
  const ended = new AbortController()
  for await (const event of client.events({ types: ["document.progress"], signal: ended.signal })) {
    const { document_id, progress } = event.data as { document_id: string; progress: number }
    if (document_id !== id || progress < 0.1) continue
    ended.abort()
    return
  }
}

test("killed in the middle of a long text nothing is half-indexed, and the next start goes on; killed twice it is given up until it is asked for", async () => {
  await using data = await freshHome()
  const start = () => serveProcess({ home: data.home })
  const killed = async (server: ServerProcess) => {
    await inTheMiddle(server.client, document)
    await server.kill()
  }
  let server = await start()
  const document = await upload(server.client, "long.log", log(6, "wombat"))
  expect(document.status).toBe("processing")
  await killed(server)
  server = await start()
  expect(await found(server.client, "wombat")).toEqual([])
  await killed(server)
  server = await start()
  const given = await settled(server.client, document)
  expect(given).toMatchObject({ status: "failed", error: expect.stringContaining("ended twice") })
  expect(await found(server.client, "wombat")).toEqual([])
  await server.client.retryDocument(document.id)
  const { chunk_count } = await settled(server.client, document)
  expect(new Set(await found(server.client, "wombat"))).toEqual(new Set([1]))
  const { content } = await server.client.getDocument(document.id)
  expect(content).toBe(log(6, "wombat"))
  expect(chunk_count).toBeGreaterThan(6000)
  expect(await server.stop()).toBe(0)
})

/** The process that converts for a server, once it is there. */
async function converterOf({ pid }: ServerProcess, except?: number): Promise<number> {
  for (;;) {
    const converter = descendantsOf(pid, listProcesses()).find((it) => {
      const path = `/proc/${it.pid}/cmdline`
      const line = existsSync(path) ? readFileSync(path, "utf8") : ""
      // Its sandbox has the same words in its own.
      return it.pid !== except && line.includes(CONVERT) && !line.includes("bwrap")
    })
    if (converter) return converter.pid
    await Bun.sleep(5)
  }
}

test.skipIf(process.platform !== "linux")(
  "a process that crashes while it reads is started once more, then the document has failed",
  async () => {
    await using data = await freshHome()
    await using server = await serveProcess({ home: data.home })
    const document = await upload(server.client, "crash.log", log(6, "wombat"))
    const first = await converterOf(server)
    process.kill(first, "SIGKILL")
    process.kill(await converterOf(server, first), "SIGKILL")
    const { error, status } = await settled(server.client, document)
    expect({ status, error }).toEqual({
      status: "failed",
      error: "Reading this file crashed its process twice.",
    })
    expect(await found(server.client, "wombat")).toEqual([])
  },
)
