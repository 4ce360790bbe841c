import { expect, test } from "bun:test"
import { join } from "node:path"
import { createClient } from "../src/client"
import { testBinary } from "./support/binary"
import { docx } from "./support/docx"
import { embeddingsAre, someDocuments } from "./support/embeddings"
import { chinesePdf } from "./support/pdf"
import { noModels } from "./support/process"
import { placeModel, tinyModel } from "./support/tiny-model"

test("the binary alone, in an empty environment, starts, serves and ends", async () => {
  await using binary = await testBinary()
  const cwd = binary.directory
  const env = { HOME: cwd }

  for (const start of ["first", "second"]) {
    const argv = [binary.path, "serve", "--port", "0", "--json"]
    const server = Bun.spawn(argv, { cwd, env, stdout: "pipe", stderr: "ignore" })
    const reader = server.stdout.getReader()
    const line = new TextDecoder().decode((await reader.read()).value)
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0]
    expect(url, `${start} start said: ${line}`).toBeDefined()
    const health = await (await fetch(`${url}/health`)).json()
    expect(health).toMatchObject({ checks: { database: { status: "healthy" } } })
    expect(health).toMatchObject({ checks: { pgvector: { installed: true } } })
    for (const name of ["htmx.min.js", "hx-sse.min.js", "base.css"]) {
      const response = await fetch(`${url}/static/${name}`)
      expect(response.status).toBe(200)
      expect((await response.text()).length).toBeGreaterThan(100)
    }
    server.kill("SIGTERM")
    expect(await server.exited).toBe(0)
  }
}, 120_000)

test("the binary alone reads PDFs, with the character maps of PDF.js, and Word documents", async () => {
  await using binary = await testBinary()
  const cwd = binary.directory
  const amelia = async (...args: string[]) => {
    const child = Bun.spawn([binary.path, ...args], { cwd, env: { HOME: cwd }, stdout: "pipe" })
    return await new Response(child.stdout).text()
  }
  await Bun.write(join(cwd, "wisdom.pdf"), chinesePdf("知识就是力量"))
  await Bun.write(join(cwd, "plan.docx"), docx(["# Plan", [["Wombat", "12 €"]]]))
  const out = await amelia("ingest", "wisdom.pdf", "plan.docx")
  expect(out).toMatch(/^wisdom\.pdf: 1 passage .*\nplan\.docx: 1 passage /)
  expect(await amelia("search", "wombat")).toContain("| Wombat | 12 € |")
  expect(await amelia("search", "知识就是力量")).toContain("wisdom.pdf")
}, 120_000)

test("the binary alone embeds documents, by the native library that it has inside", async () => {
  await using binary = await testBinary()
  const cwd = binary.directory
  await placeModel(cwd, "tiny/one", tinyModel())
  const env = { ...noModels, HOME: cwd, AMELIA_HOME: cwd, EMBEDDING_MODEL: "tiny/one" }
  const argv = [binary.path, "serve", "--port", "0", "--json"]
  const server = Bun.spawn(argv, { cwd, env, stdout: "pipe", stderr: "ignore" })
  const said = new TextDecoder().decode((await server.stdout.getReader().read()).value)
  const client = createClient({ url: JSON.parse(said).url })
  await client.uploadDocuments(someDocuments(3))
  await embeddingsAre(client, "ready")
  const [found] = await client.search({ query: "harbour lantern" })
  expect(found).toMatchObject({ mode: "hybrid", similarity: expect.any(Number) })
  server.kill("SIGTERM")
  expect(await server.exited).toBe(0)
}, 120_000)
