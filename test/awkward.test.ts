import { expect, test } from "bun:test"
import type { Client } from "../src/ways-in/client/client"
import { type Awkward, awkwardFiles, refusedFiles } from "./support/awkward"
import { freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { rejection } from "./support/rejection"
import { testServer } from "./support/server"

/** `bun run test:crash` uses a 50 MB log. */
const LONGEST_BYTES = process.env.AMELIA_CRASH_POINTS === "all" ? 50_000_000 : 6_000_000
/** The server is killed before these document events. */
const MOMENTS =
  process.env.AMELIA_CRASH_POINTS === "all" ? [1, 4, 8, 12, 16, 20, 30, 40] : [1, 9, 20]

const files = awkwardFiles(LONGEST_BYTES)
const uploads = files.map(({ name, file }) => ({ name, content: file }))

/** Resolves at the nth document event. */
async function event(client: Client, nth: number): Promise<void> {
  const ended = new AbortController()
  let seen = 0
  for await (const { type } of client.events({ signal: ended.signal })) {
    if (!type.startsWith("document.") || ++seen < nth) continue
    return ended.abort()
  }
}

const places = async (client: Client, { words = "" }: Awkward) =>
  (await client.search({ query: `"${words}"`, top_k: 100 })).map((it) => it.document_id)

for (const moment of MOMENTS) {
  test(`killed at event ${moment} while awkward files are read, each is read or refused wholly after the restart`, async () => {
    await using data = await freshHome()
    const env = { RATE_LIMIT_UPLOADS: "1000/minute" }
    {
      await using server = await serveProcess({ home: data.home, env })
      const reached = event(server.client, moment)
      const uploaded = server.client.uploadDocuments(uploads).catch(() => {})
      await reached
      await server.kill()
      await uploaded
    }
    await using server = await serveProcess({ home: data.home, env })
    const { client } = server
    const after = await client.listDocuments({ limit: 100 })
    for (const { id, status, chunk_count } of after) {
      if (status !== "indexed") expect({ id, chunk_count }).toEqual({ id, chunk_count: 0 })
    }
    const documents = await client.settleDocuments(await client.uploadDocuments(uploads))
    for (const [i, file] of files.entries()) {
      const { id, status, error } = documents[i]!
      if (file.reason) {
        expect({ what: file.what, status }).toEqual({ what: file.what, status: "failed" })
        expect(error).toMatch(file.reason)
        continue
      }
      expect({ what: file.what, status, error }).toMatchObject({ status: "indexed", error: null })
      expect(await places(client, file)).toContain(id)
    }
    expect(await server.stop()).toBe(0)
  })
}

test.each(refusedFiles)("refuses $what before storing anything", async ({ name, file }) => {
  await using server = await testServer()
  const refused = await rejection(server.client.uploadDocuments([{ name, content: file }]))
  expect(refused).toMatchObject({ name: "InvalidFileTypeError" })
  expect(await server.client.listDocuments()).toEqual([])
})
