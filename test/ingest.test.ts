import { expect, test } from "bun:test"
import { join } from "node:path"
import { version } from "../package.json"
import { readPrices } from "../src/engines/models/price-file"
import { startServer } from "../src/server"
import { runCommand } from "../src/ways-in/cli/program"
import { type TestServer, testServer } from "./support/server"

/** `amelia ingest` of these files in this process, and what it says. */
async function ingest(server: TestServer, files: Record<string, string | Uint8Array>) {
  const { home } = server
  for (const [name, content] of Object.entries(files)) await Bun.write(join(home, name), content)
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    out: async (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    flush: async () => undefined,
    outIsTTY: false,
    errIsTTY: false,
    columns: () => 80,
  }
  const interrupted = new AbortController().signal
  const settings = { env: { AMELIA_HOME: home }, umask: process.umask() }
  const context = { version, cwd: home, ...settings, terminal, interrupted }
  const code = await runCommand({ ...context, startServer, checkPrices: readPrices }, [
    "ingest",
    ...Object.keys(files),
  ])
  return { code, out: out.join(""), err: err.join("") }
}

function notes(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, i) => `note-${i}.md`)
  return Object.fromEntries(names.map((name) => [name, `# ${name}\n\nThe text of ${name}.`]))
}

test("many files go in several requests, and how far it is is told", async () => {
  await using server = await testServer()
  expect(await ingest(server, notes(1001))).toEqual({
    code: 0,
    out: "1001 documents with 1001 passages\n",
    err: "1000 of 1001 files\n1001 of 1001 files\n",
  })
  const [last] = await server.client.search({ query: "note-1000", top_k: 1 })
  expect(last?.document_name).toBe("note-1000.md")
})

test("a file that is refused later leaves what was added, and that is said", async () => {
  await using server = await testServer()
  const refused = { "junk.md": new Uint8Array([0, 1, 2, 3]) }
  const { code, err } = await ingest(server, { ...notes(1000), ...refused })
  expect(code).toBe(1)
  expect(err).toMatch(/^1000 of 1001 files\n1000 of 1001 files were added before this:\n.*junk\.md/)
  expect(await server.client.listDocuments({ limit: 1 })).toMatchObject([{ name: "note-999.md" }])
})
