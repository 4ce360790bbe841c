import { describe, expect, test } from "bun:test"
import { chmod, mkdir, readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { version } from "../package.json"
import { readServerEntry, writeServerEntry } from "../src/platform/home/home"
import { start } from "./support/amelia"
import { anthropicPeer } from "./support/anthropic-peer"
import { freshHome } from "./support/database"
import { serveProcess } from "./support/process"
import { finished } from "./support/runs"

const preset = "discovery_design_planning"
const brief = `# Lantern

Users must be able to save a link with one key press.

## Limits

A list must never hold more than 500 links.
`

type Options = { home: string; env?: Record<string, string> }

async function amelia(args: string[], options: Options) {
  const child = start(args, options)
  const out = new Response(child.stdout).text()
  const err = new Response(child.stderr).text()
  return { code: await child.exited, out: await out, err: await err }
}

async function homeWithBrief() {
  const made = await freshHome()
  const path = join(made.home, "brief.md")
  await Bun.write(path, brief)
  return { ...made, path }
}

describe("without a server", () => {
  test("search finds ingested documents, and --json prints only JSON on stdout", async () => {
    await using home = await homeWithBrief()
    const ingested = await amelia(["ingest", home.path, "--json"], home)
    expect(ingested).toMatchObject({ code: 0, err: "" })
    const [document] = JSON.parse(ingested.out)
    expect(document).toMatchObject({ name: "brief.md", status: "indexed" })

    const found = await amelia(["search", "limits", "of", "links", "--json"], home)
    const [result] = JSON.parse(found.out)
    expect(brief.slice(result.start, result.end)).toBe(result.content)

    const text = await amelia(["search", "limits"], home)
    expect(text.out).toMatch(/^1\. brief\.md, Lantern > Limits, characters \d+–\d+\n {3}\S/)
    expect(await readServerEntry(home.home)).toBeUndefined()
  })

  test("a run without an API key says that no model was used, and writes its artifacts", async () => {
    await using home = await homeWithBrief()
    const out = join(home.home, "plan")
    const args = ["run", preset, "What should be built?", "--doc", home.path, "--out", out]
    const run = await amelia(args, home)
    expect(run.code).toBe(0)
    expect(run.err).toMatch(/discovery: completed .*extractive: no language model was used/)
    expect((await readdir(out)).sort()).toEqual([
      ...["1-discovery.json", "1-discovery.md", "2-design.json", "2-design.md"],
      ...["3-planning.json", "3-planning.md"],
    ])
    expect(run.out).toContain(await Bun.file(join(out, "1-discovery.md")).text())

    const again = await amelia([...args.slice(0, 3), "--doc", home.path, "--json"], home)
    const { run: state, artifacts, calls_summary } = JSON.parse(again.out)
    expect(state).toMatchObject({
      status: "completed",
      workflow_name: "Discovery → Design → Planning",
    })
    expect(artifacts).toHaveLength(3)
    expect(calls_summary).toMatchObject({ calls: 0, extractive: 3, models: [] })
  })

  test("a reader that closes stdout, such as head, is not an error", async () => {
    await using home = await homeWithBrief()
    const child = start(["run", preset, "What?", "--doc", home.path], home)
    await child.stdout.cancel()
    expect(await child.exited).toBe(0)
  })
})

test("lists, shows and deletes runs, workflows and documents", async () => {
  await using home = await homeWithBrief()
  await using server = await serveProcess(home)
  const done = await amelia(["run", preset, "What?", "--doc", home.path, "--json"], home)
  const { run } = JSON.parse(done.out)

  const listed = await amelia(["runs"], home)
  expect(listed.out).toMatch(/^ID +STATUS +DONE/)
  expect(listed.out).toContain(`${run.id}  completed  100 %`)
  expect((await amelia(["runs", "show", run.id], home)).out).toContain("# Plan")
  expect((await amelia(["docs"], home)).out).toContain("brief.md")
  const [workflow] = JSON.parse((await amelia(["workflows", "--json"], home)).out)
  expect(workflow).toMatchObject({ status: "completed", nodes: { length: 3 } })

  const late = await amelia(["runs", "cancel", run.id], home)
  expect(late).toMatchObject({ code: 1, err: expect.stringContaining("completed") })
  expect((await amelia(["runs", "delete", run.id], home)).out).toBe(`${run.id}: deleted\n`)
  expect(await server.client.listRuns()).toEqual([])
  expect(await amelia(["docs", "show", run.id], home)).toMatchObject({ code: 1 })
})

describe("a usage error exits with 2 before anything is started", () => {
  const wrong: [string, string[], string][] = [
    ["an unknown command", ["serch", "x"], "Did you mean search?"],
    ["a missing argument", ["run"], "workflow"],
    ["nothing to work on", ["run", preset], "Give a query"],
    ["a missing document", ["run", preset, "q", "--doc", "none.md"], "There is no file none.md"],
    ["a folder", ["run", preset, "q", "--doc", "/"], "/ is a folder"],
    ["a URL that is not http", ["ingest", "ftp://example.org/"], "http://"],
    ["a missing definition", ["run", "./none.json", "q"], "There is no file ./none.json"],
    ["other machines without a token", ["serve", "--host", "0.0.0.0"], "set AMELIA_TOKEN"],
    ["a wrong port", ["serve", "--port", "70000"], "from 0 to 65535"],
    ["a wrong budget", ["run", preset, "q", "--budget", "-1"], "US dollars"],
    ["a wrong number", ["search", "x", "--top-k", "0"], "from 1 to 100"],
  ]
  test.each(wrong)("%s", async (_, args, sentence) => {
    const home = join(import.meta.dir, "never-made")
    const { code, out, err } = await amelia(args, { home })
    expect({ code, out }).toEqual({ code: 2, out: "" })
    expect(err).toContain(sentence)
    expect(await stat(home).catch(() => "not there")).toBe("not there")
  })

  test("two documents with the same name, because the second would replace the first", async () => {
    await using home = await homeWithBrief()
    const other = join(home.home, "other")
    await mkdir(other)
    await Bun.write(join(other, "brief.md"), "# Other")
    const { code, err } = await amelia(["ingest", home.path, join(other, "brief.md")], home)
    expect(code).toBe(2)
    expect(err).toContain("have the same name")
  })

  test("a graph with a cycle, which it names", async () => {
    await using home = await freshHome()
    const path = join(home.home, "cycle.json")
    const node = (id: string, before: string) => ({
      id,
      name: id,
      agent: "discovery",
      dependencies: [before],
    })
    await Bun.write(path, JSON.stringify({ nodes: [node("a", "b"), node("b", "a")] }))
    const { code, err } = await amelia(["run", path, "q"], home)
    expect(code).toBe(2)
    expect(err).toContain("a → b → a")
  })

  test("--json also prints the error as JSON on stdout", async () => {
    const { code, out } = await amelia(["ingest", "none.md", "--json"], { home: "/nowhere" })
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      error: "UsageError",
      message: expect.stringContaining("none.md"),
    })
  })
})

describe("with a server", () => {
  test("commands use it, a second server is refused, and SIGTERM stops it cleanly", async () => {
    await using home = await homeWithBrief()
    await using server = await serveProcess(home)
    const entry = await readServerEntry(home.home)
    expect(entry).toMatchObject({ url: server.url, pid: server.pid, version, temporary: false })
    expect((await stat(join(home.home, "server.json"))).mode & 0o777).toBe(0o600)

    expect(await amelia(["ingest", home.path], home)).toMatchObject({ code: 0 })
    expect(await server.client.listDocuments()).toHaveLength(1)
    const second = await amelia(["serve", "--port", "0"], home)
    expect(second).toMatchObject({ code: 1, out: "" })
    expect(second.err).toContain(server.url)

    expect(await server.stop()).toBe(0)
    expect(await readServerEntry(home.home)).toBeUndefined()
  })

  test("ignores the server.json of a dead server", async () => {
    await using home = await freshHome()
    const url = "http://127.0.0.1:9"
    await writeServerEntry(home.home, { url, pid: process.pid, version, temporary: false })
    expect(await amelia(["search", "x", "--json"], home)).toMatchObject({ code: 0, out: "[]\n" })
    await Bun.write(join(home.home, "server.json"), "{ no json")
    expect(await amelia(["search", "x", "--json"], home)).toMatchObject({ code: 0, out: "[]\n" })
  })

  test("an interrupted run exits with 130, and the next serve continues it", async () => {
    await using home = await homeWithBrief()
    const asked = Promise.withResolvers<void>()
    await using silent = await anthropicPeer({
      answer: async () => {
        asked.resolve()
        return { fault: "silence" }
      },
    })
    const key = { ANTHROPIC_API_KEY: "sk-ant-test-0001" }
    const env = { ...key, ANTHROPIC_BASE_URL: silent.url, SHUTDOWN_TIMEOUT: "60" }
    const child = start(["run", preset, "What?", "--doc", home.path], { ...home, env })
    await asked.promise
    child.kill("SIGINT")
    let said = ""
    const kept = /run (\S+) is kept. To continue it: amelia serve/
    // Printed at once, while the step is still running.
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text
      if (said.includes("Ctrl-C again")) break
    }
    const [, id = ""] = kept.exec(said) ?? []
    child.kill("SIGINT")
    expect(await child.exited).toBe(130)

    await using peer = await anthropicPeer()
    const next = { ...key, ANTHROPIC_BASE_URL: peer.url }
    await using server = await serveProcess({ ...home, env: next })
    expect(await finished(server.client, id)).toMatchObject({ status: "completed" })
  })
})

test("a run command hands its home over to a new serve, and follows the run there to its end", async () => {
  await using home = await homeWithBrief()
  const asked = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  await using peer = await anthropicPeer({
    before: async () => {
      asked.resolve()
      await held.promise
    },
  })
  const env = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
  const run = amelia(["run", preset, "What?", "--doc", home.path, "--json"], { ...home, env })
  await asked.promise
  await using server = await serveProcess({ home: home.home, env })
  held.resolve()
  const { code, out } = await run
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ run: { status: "completed" } })
  expect(await server.client.listRuns()).toMatchObject([{ status: "completed" }])
})

test.skipIf(process.getuid?.() === 0)("refuses an unreadable document", async () => {
  await using home = await homeWithBrief()
  await chmod(home.path, 0)
  expect(await amelia(["ingest", home.path], home)).toMatchObject({ code: 2 })
})
