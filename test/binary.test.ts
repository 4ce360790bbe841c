import { expect, test } from "bun:test"
import { chmod, readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { version } from "../package.json"
import { runtimeFolder } from "../src/build/onnxruntime"
import { createClient } from "../src/ways-in/client/client"
import { testBinary } from "./support/binary"
import { freshHome } from "./support/database"
import { docx } from "./support/docx"
import { embeddingsAre, someDocuments } from "./support/embeddings"
import { chinesePdf } from "./support/pdf"
import { noModels, serveProcess } from "./support/process"
import { placeModel, tinyModel } from "./support/tiny-model"

const root = join(import.meta.dir, "..")

async function sha256(path: string): Promise<string> {
  return new Bun.CryptoHasher("sha256").update(await Bun.file(path).bytes()).digest("hex")
}

test("the binary alone starts, serves and ends in an empty environment", async () => {
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
    const page = await (await fetch(`${url}/`)).text()
    for (const [, kind, address] of page.matchAll(/(src|href)="(\/static\/[^"]+\.(?:css|js))"/g)) {
      const text = await (await fetch(`${url}${address}`)).text()
      expect(text).toContain(kind === "src" ? "htmx" : ".said-text")
    }
    for (const page of ["setup", "security", "settings-file"]) {
      expect((await fetch(`${url}/docs/${page}`)).status).toBe(200)
    }
    server.kill("SIGTERM")
    expect(await server.exited).toBe(0)
  }
})

test("of two binaries with separate homes, one gets the port and the other names it", async () => {
  await using binary = await testBinary()
  await using theirs = await freshHome()
  await using server = await serveProcess({ home: binary.directory, program: [binary.path] })
  const { host, port } = new URL(server.url)
  const second = Bun.spawn([binary.path, "serve", "--port", port, "--home", theirs.home], {
    env: { HOME: theirs.home },
    stderr: "pipe",
  })
  const said = await new Response(second.stderr).text()
  const owner = `Amelia for ${binary.directory} (process ${server.pid})`
  expect(said).toContain(`${owner} already listens on ${host}. Choose another port with --port.`)
  expect(await second.exited).toBe(2)
  for (let request = 0; request < 10; request++) {
    expect(await server.client.live()).toEqual({ alive: true })
  }
})

test("the binary alone reads Word documents, and PDFs with PDF.js's character maps", async () => {
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
})

test("the binary alone embeds documents with its built-in native library", async () => {
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
})

test("an extracted file that has changed is replaced before it is loaded", async () => {
  await using binary = await testBinary()
  const home = join(binary.directory, "home")
  await placeModel(home, "tiny/one", tinyModel())
  const cache = join(home, "cache", version)
  const files: Record<string, string> = {
    "pgvector/vector.tar.gz": "node_modules/@electric-sql/pglite-pgvector/dist/vector.tar.gz",
  }
  for (const name of await readdir(join(root, runtimeFolder))) {
    files[`onnxruntime/${name}`] = join(runtimeFolder, name)
  }
  for (const path of Object.keys(files)) await Bun.write(join(cache, path), "This is no library.")
  await chmod(join(home, "cache"), 0o777)
  const env = { EMBEDDING_MODEL: "tiny/one" }
  const start = async () => {
    await using server = await serveProcess({ home, env, program: [binary.path] })
    await server.client.uploadDocuments(someDocuments(3))
    await embeddingsAre(server.client, "ready")
    expect(await server.stop()).toBe(0)
  }
  await start()
  for (const [path, original] of Object.entries(files)) {
    expect(await sha256(join(cache, path)), path).toBe(await sha256(join(root, original)))
  }
  expect((await stat(join(home, "cache"))).mode & 0o777).toBe(0o700)
  const replaced = async () => {
    const log = await Bun.file(join(home, "logs/amelia.log")).text()
    const lines = log.trim().split("\n")
    return lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "cache.replaced")
  }
  const paths = Object.keys(files).map((path) => join(cache, path))
  expect((await replaced()).map(({ path }) => path).sort()).toEqual(paths.sort())
  expect((await replaced()).map(({ level }) => level)).toEqual(paths.map(() => "WARNING"))
  await start()
  expect(await replaced(), "what is right is left").toHaveLength(paths.length)
})

test("a native library that can't be loaded leaves lexical search working, and health says why", async () => {
  await using binary = await testBinary()
  const home = binary.directory
  await placeModel(home, "tiny/one", tinyModel())
  const broken = join(home, "cache", version, "onnxruntime", "onnxruntime_binding.node")
  // Nothing can replace it.
  await Bun.write(join(broken, "file"), "")
  const env = { EMBEDDING_MODEL: "tiny/one" }
  await using server = await serveProcess({ home, env, program: [binary.path] })
  await server.client.uploadDocuments(someDocuments(3))
  expect(await embeddingsAre(server.client, "failed")).toContain(broken)
  const [found] = await server.client.search({ query: "harbour lantern" })
  expect(found).toMatchObject({ mode: "lexical", similarity: null })
  const { status, checks } = await server.client.health()
  expect({ status, mode: checks.embeddings.mode }).toEqual({ status: "healthy", mode: "lexical" })
})
