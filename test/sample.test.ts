import { afterAll, beforeAll, expect, test } from "bun:test"
import { readdir } from "node:fs/promises"
import { join } from "node:path"
import { houseRules } from "../src/build/sample-pdf"
import { samplePaths } from "../src/features/sample/service"
import { command } from "./support/amelia"
import { allDocuments, kept, testFolder } from "./support/folder"
import { rejection } from "./support/rejection"
import { type TestServer, testServer } from "./support/server"

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

const folder = join(import.meta.dir, "../sample")
const demo = (...args: string[]) => command(["demo", ...args], { home: server.home })
const home = async () => (await server.fetch("/", { headers: { Accept: "text/html" } })).text()

test("every file of the sample is loaded, and its PDF is what the script makes", async () => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name))
  expect(paths.sort()).toEqual(samplePaths.map((path) => join(folder, path)).sort())
  expect(await Bun.file(join(folder, "house-rules.pdf")).bytes()).toEqual(
    new Uint8Array(houseRules()),
  )
})

test("an empty Home offers the sample, and its button leads to the run", async () => {
  expect(await home()).toContain('action="/sample"')
  const response = await server.fetch("/sample", { method: "POST", redirect: "manual" })
  expect(response.status).toBe(303)
  const [run] = await server.client.listRuns()
  expect(response.headers.get("location")).toBe(`/runs/${run?.id}`)
  expect(await home()).not.toContain('action="/sample"')
})

test("amelia demo after that shows the same run, adds no document, and says how to go on", async () => {
  const documents = await allDocuments(server.client)
  const { code, out, err } = await demo()
  expect(code, err).toBe(0)
  expect(err).toContain("The sample was planned before")
  expect(out).toContain("# Plan")
  const [run, ...others] = await server.client.listRuns()
  expect(others).toEqual([])
  expect(err).toContain(`To see the plan beside its sources: ${server.url}/runs/${run?.id}\n`)
  expect(err).toContain("To remove the sample: amelia demo --remove\n")
  expect(await allDocuments(server.client)).toEqual(documents)
  expect(documents.map(({ name }) => name).sort()).toEqual(
    samplePaths.map((path) => `toolshed/${path}`).sort(),
  )
})

test("the plan has every route and table of the specification, and builds nothing it excludes", async () => {
  const [run] = await server.client.listRuns()
  const artifacts = await server.client.listArtifacts(run?.id ?? "")
  const [discovery, design, planning] = artifacts.map(({ content }) => content)
  const specification = await Bun.file(join(folder, "specification.md")).text()
  const routes = specification.matchAll(/^\| (GET|POST|DELETE) +\| (\S+)/gm)
  for (const [, method, path] of routes) expect(design).toContain(`\`${method} ${path}\``)
  for (const [, name] of specification.matchAll(/^### (Tool|Member)$/gm)) {
    expect(design).toContain(`- **${name}**`)
  }
  expect(discovery).toContain("- Online payment")
  expect(planning).not.toContain("Online payment")
})

test("amelia demo --again plans it anew, and --remove leaves nothing of it", async () => {
  const again = await demo("--again", "--json")
  expect(again.code, again.err).toBe(0)
  expect(await server.client.listRuns()).toHaveLength(2)
  const removed = await demo("--remove")
  expect(removed).toMatchObject({ code: 0, out: "Removed 4 documents and 2 runs.\n" })
  expect(await allDocuments(server.client)).toEqual([])
  expect(await server.client.listRuns()).toEqual([])
  expect((await demo("--remove")).out).toBe("There is no sample.\n")
})

test("a document of yours with the name of one of the sample is kept and named", async () => {
  await using own = await testFolder({ "toolshed/specification.md": "# Mine\n\nIt must stay.\n" })
  await kept(server.client, own.at("toolshed"))
  const { message } = await rejection(server.client.startSample())
  expect(message).toContain("a document named toolshed/specification.md is in the way")
  expect((await demo("--remove")).out).toBe("There is no sample.\n")
  const names = (await allDocuments(server.client)).map(({ name }) => name)
  expect(names).toEqual(["toolshed/specification.md"])
})
