import { expect, test } from "bun:test"
import { mkdir, readdir, rm, symlink } from "node:fs/promises"
import { join } from "node:path"
import { contentOf, fsck, gitServer, userState } from "./support/git-server"
import { testRepository } from "./support/repository"

const hash = expect.stringMatching(/^[0-9a-f]{40}$/)

test("branches are listed with what they are ahead and behind, and merged ones by their patch", async () => {
  await using it = await gitServer()
  const { git, path } = it.repo
  const commit = async (name: string, text: string) => {
    await Bun.write(join(path, name), text)
    await git("add", "--all")
    await git("commit", "--quiet", "--message", name)
  }
  for (const branch of ["squashed", "rebased", "open"]) {
    await git("checkout", "--quiet", "-b", branch, "main")
    await commit(`${branch}1.txt`, "one\n")
    await commit(`${branch}2.txt`, "two\n")
  }
  await git("checkout", "--quiet", "main")
  await git("branch", "old")
  await commit("more.txt", "more\n")
  await git("merge", "--quiet", "--squash", "squashed")
  await git("commit", "--quiet", "--message", "Squash")
  await git("cherry-pick", "rebased~1", "rebased")
  const { json } = await it.ask("/branches")
  expect(json).toEqual([
    {
      ...{ name: "main", head: hash, ahead: 0, behind: 0, merged: true },
      worktree: path,
      current: true,
    },
    {
      ...{ name: "old", head: hash, ahead: 0, behind: 4, merged: true },
      worktree: null,
      current: false,
    },
    {
      ...{ name: "open", head: hash, ahead: 2, behind: 4, merged: false },
      worktree: null,
      current: false,
    },
    {
      ...{ name: "rebased", head: hash, ahead: 2, behind: 4, merged: true },
      worktree: null,
      current: false,
    },
    {
      ...{ name: "squashed", head: hash, ahead: 2, behind: 4, merged: true },
      worktree: null,
      current: false,
    },
  ])
})

test("branches are made and deleted without touching the user's checkout, also when dirty", async () => {
  await using it = await gitServer({ "a.txt": "one\n", "b.txt": "one\n" })
  const { git, path } = it.repo
  await Bun.write(join(path, "a.txt"), "stashed\n")
  await git("stash", "--quiet")
  await Bun.write(join(path, "a.txt"), "dirty\n")
  await Bun.write(join(path, "new.txt"), "new\n")
  await Bun.write(join(path, "b.txt"), "staged\n")
  await git("add", "b.txt")
  const before = await userState(path)
  expect(await it.post("/branches", { name: "feature/one" })).toMatchObject({
    status: 201,
    json: { name: "feature/one", ahead: 0, merged: true, worktree: null, current: false },
  })
  expect(await it.post("/branches", { name: "feature/one" })).toMatchObject({ status: 409 })
  const tree = await it.worktree("work", "feature/one")
  await Bun.write(join(tree, "c.txt"), "three\n")
  expect(await it.ask("/status", { query: { repo: tree } })).toMatchObject({
    json: { branch: "work", head: hash, files: [{ path: "c.txt", status: "??" }] },
  })
  expect(await it.post("/commit", { path: tree, message: "Add c\n\nWhy" })).toMatchObject({
    status: 201,
    json: { path: tree, branch: "work", commit: hash },
  })
  expect(await it.post("/commit", { path: tree, message: "Again" })).toMatchObject({ status: 409 })
  expect(await it.post("/commit", { path, message: "Mine" })).toMatchObject({ status: 404 })
  const merge = { branch: "work", into: "feature/one" }
  expect(await it.post("/merge", merge)).toMatchObject({
    status: 200,
    json: { how: "fast_forward" },
  })
  expect(await it.post("/merge", merge)).toMatchObject({ json: { how: "already_merged" } })
  const own = await it.post("/merge", { branch: "work", into: "main" })
  expect(own).toMatchObject({ status: 409, json: { details: { command: "git merge work" } } })
  expect(await it.remove("/branches", { name: "main", force: true })).toMatchObject({ status: 409 })
  expect(await it.remove("/branches", { name: "feature/one" })).toMatchObject({ status: 409 })
  const forced = await it.remove("/branches", { name: "feature/one", force: true })
  expect(forced).toMatchObject({ status: 200, json: { status: "deleted", rescue: "manual.1" } })
  expect(await it.ask("/log", { query: { ref: "work", limit: "1" } })).toMatchObject({
    json: [{ commit: hash, parents: [hash], author: "Test", subject: "Add c", body: "Why" }],
  })
  expect(await it.remove("/worktrees", { path: tree })).toMatchObject({ status: 200 })
  expect(await userState(path)).toEqual(before)
  expect(await fsck(it.repo)).toBe("")
})

test("a conflict is reported with its files, and nothing has changed", async () => {
  await using it = await gitServer({ "a.txt": "one\n", "b.txt": "one\n" })
  const [left, right] = [await it.worktree("left"), await it.worktree("right")]
  await Bun.write(join(left, "a.txt"), "left\n")
  await Bun.write(join(right, "a.txt"), "right\n")
  await Bun.write(join(right, "b.txt"), "right\n")
  for (const path of [left, right]) await it.post("/commit", { path, message: "Change" })
  const before = await it.repo.git("for-each-ref")
  const refused = await it.post("/merge", { branch: "left", into: "right" })
  expect(refused).toMatchObject({
    status: 409,
    json: { error: "GitConflictError", details: { files: ["a.txt"] } },
  })
  expect(await it.repo.git("for-each-ref")).toBe(before)
  expect((await it.ask("/status", { query: { repo: right } })).json.files).toEqual([])
  await Bun.write(join(left, "a.txt"), "one\n")
  await Bun.write(join(left, "c.txt"), "left\n")
  await it.post("/commit", { path: left, message: "Back" })
  const merged = await it.post("/merge", { branch: "left", into: "right" })
  expect(merged).toMatchObject({ status: 200, json: { how: "merge_commit", commit: hash } })
  expect(Object.keys(await contentOf(right)).sort()).toEqual(["a.txt", "b.txt", "c.txt"])
  expect((await it.ask("/status", { query: { repo: right } })).json.files).toEqual([])
})

test("hostile names are refused with a sentence, and no option or path gets through", async () => {
  await using it = await gitServer()
  const names = [
    "--upload-pack=x",
    "a..b",
    "a@{0}",
    "@{",
    "@",
    "a b",
    "a\u0007",
    "../x",
    "-d",
    "HEAD",
    "refs/heads/x",
    "a.lock",
    "x/",
    "",
    "a~1",
    "a^{tree}",
    "a:b",
  ]
  for (const name of names) {
    for (const [method, route, body] of [
      ["POST", "/branches", { name }],
      ["POST", "/branches", { name: "fine", from: name === "HEAD" ? "a..b" : name }],
      ["DELETE", "/branches", { name, force: true }],
      ["POST", "/worktrees", { branch: name }],
      ["POST", "/merge", { branch: name, into: "main" }],
    ] as const) {
      const { status, json } = await it.ask(route, { method, body })
      expect([name, method, route, status]).toEqual([name, method, route, 400])
      expect(json.error).toMatch(/^(InvalidGitRefError|ValidationError)$/)
      expect(json.message).toMatch(/[.!]$/)
    }
    if (name === "HEAD" || name === "") continue
    for (const [route, key] of [
      ["/log", "ref"],
      ["/diff", "from"],
      ["/diff", "to"],
    ] as const) {
      expect([name, (await it.ask(route, { query: { [key]: name } })).status]).toEqual([name, 400])
    }
  }
  for (const path of ["../a.txt", "/etc/passwd", "x/../../y"]) {
    expect((await it.ask("/diff", { query: { path } })).status).toBe(400)
  }
  expect((await it.ask("/diff", { query: { path: ":(exclude)a.txt" } })).json.files).toEqual([])
  expect(await it.repo.git("for-each-ref", "--format=%(refname)")).toBe("refs/heads/main\n")
})

test("a worktree's path stays inside GIT_WORKTREE_DIR, also through links", async () => {
  await using it = await gitServer()
  await symlink(it.repo.path, join(it.worktrees, "link"))
  await mkdir(join(it.worktrees, "full"))
  await Bun.write(join(it.worktrees, "full/a"), "a")
  const make = async (path: string) =>
    (await it.post("/worktrees", { branch: "work", path })).status
  for (const path of [
    ...["/tmp/elsewhere", `${it.worktrees}/../out`, it.worktrees, `${it.worktrees}-beside`],
    ...[`${it.worktrees}/link/inside`, "relative", it.repo.path],
  ]) {
    expect([path, await make(path)]).toEqual([path, 400])
  }
  expect(await make(join(it.worktrees, "full"))).toBe(409)
  expect(await make(join(it.worktrees, "mine"))).toBe(201)
  const inside = { branch: "other", path: join(it.worktrees, "mine/inside") }
  expect(await it.post("/worktrees", inside)).toMatchObject({ status: 409 })
  expect(await it.post("/worktrees", { branch: "work" })).toMatchObject({ status: 409 })
  expect(await it.post("/worktrees", { branch: "main", base: "main" })).toMatchObject({
    status: 409,
  })
  expect((await readdir(it.worktrees)).sort()).toEqual(["full", "link", "mine"])
})

test("unknown, bare and missing repositories are not found", async () => {
  await using it = await gitServer()
  await using bare = await testRepository()
  await bare.git("config", "core.bare", "true")
  await using stranger = await testRepository()
  for (const repo of [stranger.path, bare.path, "/nowhere", "/"]) {
    const { status, json } = await it.ask("/status", { query: { repo } })
    expect([repo, status, json.error]).toEqual([repo, 404, "RepositoryNotFoundError"])
  }
  expect(await it.post("/repositories", { path: bare.path })).toMatchObject({ status: 404 })
  const added = await it.post("/repositories", { path: stranger.path })
  expect(added).toMatchObject({ status: 201, json: { path: stranger.path } })
  expect((await it.ask("/status", { query: { repo: stranger.path } })).status).toBe(200)
  const { json } = await it.ask("/repositories")
  expect(json.map(({ path }: { path: string }) => path)).toContain(it.repo.path)
})

test("a held index lock is answered with a sentence that names it", async () => {
  await using it = await gitServer()
  const tree = await it.worktree("work")
  await Bun.write(join(tree, "new.txt"), "new\n")
  const dir = (await it.repo.git("-C", tree, "rev-parse", "--absolute-git-dir")).trim()
  await Bun.write(join(dir, "index.lock"), "")
  const { status, json } = await it.post("/commit", { path: tree, message: "New" })
  expect([status, json.error]).toEqual([409, "GitConflictError"])
  expect(json.message).toContain(join(dir, "index.lock"))
  expect((await it.ask("/diff", { query: { repo: tree } })).json.files).toHaveLength(1)
  await rm(join(dir, "index.lock"))
  expect((await it.post("/commit", { path: tree, message: "New" })).status).toBe(201)
})
