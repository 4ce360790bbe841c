import { expect, test } from "bun:test"
import { rm } from "node:fs/promises"
import { command } from "./support/amelia"
import { freshHome } from "./support/database"
import { testFolder } from "./support/folder"

const amelia = (home: string, cwd: string, ...args: string[]) => command(args, { home, cwd })

test("ingests, lists, syncs and removes a folder", async () => {
  await using folder = await testFolder({
    "docs/a.md": "One",
    "docs/b.md": "Two",
    "docs/c.png": "\x89PNG\r\n",
  })
  await using at = await freshHome()
  const run = (...args: string[]) => amelia(at.home, folder.path, ...args)
  const dry = await run("ingest", "docs", "--dry-run")
  expect(dry.out).toContain("add     a.md\nadd     b.md\nskip    c.png: ")
  expect((await run("folders", "--json")).out).toBe("[]\n")

  const first = await run("ingest", "docs")
  expect(first.code).toBe(0)
  expect(first.out).toMatch(/docs: 2 added, 0 changed, 0 moved, 0 removed; 2 indexed, 1 skipped \(/)
  const [{ id, path }] = JSON.parse((await run("folders", "--json")).out)
  expect(path).toBe(folder.at("docs"))
  expect((await run("folders", "show", id)).out).toMatch(/c\.png: .*named \.png/)
  await folder.write({ "docs/a.md": "One, changed" })
  await rm(folder.at("docs/b.md"))
  expect((await run("folders", "sync", id)).out).toBe(`${id}: synced\n`)
  const json = JSON.parse((await run("folders", "show", id, "--json")).out)
  expect(json.last_sync).toMatchObject({ changed: 1, removed: 1, added: 0 })
  expect((await run("folders", "remove", id)).out).toBe(`${id}: deleted\n`)
  expect((await run("docs", "--json")).out).toBe("[]\n")
})

test("a folder that can't be synced fails the command with the reason", async () => {
  await using folder = await testFolder()
  await using at = await freshHome()
  const { code, err } = await amelia(at.home, folder.path, "ingest", "/")
  expect(code).toBe(2)
  expect(err).toContain("choose one in it")
})
