import { expect, test } from "bun:test"
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { gitServer } from "./support/git-server"
import { testRepository } from "./support/repository"

test("a diff names renames, binary files, submodules, and new files of the working tree", async () => {
  const long = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join("")
  await using it = await gitServer({ "a.txt": long, "gone.txt": "gone\n", "bin.dat": "\0one" })
  await using inner = await testRepository()
  const tree = await it.worktree("work")
  await Bun.write(join(tree, "new\tname.txt"), "new\nname\n")
  await Bun.write(join(tree, "bin.dat"), "\0two")
  await Bun.write(join(tree, "moved.txt"), long.replace("line 3\n", "line three\n"))
  for (const name of ["a.txt", "gone.txt"]) await rm(join(tree, name))
  const { json } = await it.ask("/diff", { query: { repo: tree } })
  expect(json).toMatchObject({ page: 1, pages: 1 })
  const byPath = Object.fromEntries(json.files.map((file: { path: string }) => [file.path, file]))
  expect(byPath["moved.txt"]).toMatchObject({
    status: "renamed",
    old_path: "a.txt",
    additions: 1,
    deletions: 1,
  })
  expect(byPath["moved.txt"].hunks[0].lines).toContain("+line three")
  expect(byPath["bin.dat"]).toMatchObject({
    status: "modified",
    binary: true,
    additions: null,
    hunks: [],
  })
  expect(byPath["gone.txt"]).toMatchObject({ status: "deleted", deletions: 1 })
  expect(byPath["new\tname.txt"]).toMatchObject({ status: "added", additions: 2 })
  const one = await it.ask("/diff", { query: { repo: tree, path: "gone.txt" } })
  expect(one.json.files).toHaveLength(1)
  await it.repo.git(
    "-c",
    "protocol.file.allow=always",
    "submodule",
    "--quiet",
    "add",
    inner.path,
    "sub",
  )
  await it.repo.git("commit", "--quiet", "--message", "Sub")
  const between = await it.ask("/diff", { query: { from: "work", to: "main" } })
  const sub = between.json.files.find((file: { path: string }) => file.path === "sub")
  expect(sub).toMatchObject({ status: "added", submodule: true })
  expect(
    (await it.ask("/diff", { query: { repo: tree, from: "work", to: "work" } })).json.files,
  ).toEqual([])
})

test("a long diff comes in pages of 5,000 lines, each line once", async () => {
  await using it = await gitServer()
  const tree = await it.worktree("work")
  const lines = Array.from({ length: 12_000 }, (_, n) => `line ${n}`)
  await Bun.write(join(tree, "long.txt"), `${lines.join("\n")}\n`)
  const seen: string[] = []
  for (let page = 1; page <= 3; page++) {
    const { json } = await it.ask("/diff", { query: { repo: tree, page: `${page}` } })
    expect(json).toMatchObject({ pages: 3, lines: 12_000 })
    const [hunk] = json.files[0].hunks
    expect(hunk.new_start).toBe((page - 1) * 5_000 + 1)
    expect(hunk.new_lines).toBe(hunk.lines.length)
    seen.push(...hunk.lines)
  }
  expect(seen).toEqual(lines.map((line) => `+${line}`))
})
