import { expect, test } from "bun:test"
import { appendFile, chmod, mkdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { contentOf, fsck, gitServer, userState } from "./support/git-server"

test("a worktree with changes is removed only with force, and all of it can be restored", async () => {
  await using it = await gitServer({
    ...{ "a.txt": "one\n", "gone.txt": "gone\n", "run.sh": "#!/bin/sh\n" },
    ".gitignore": "*.log\n.env\nbig.bin\nnode_modules\n",
    ".gitattributes": "*.txt text\n",
  })
  const before = await userState(it.repo.path)
  const tree = await it.worktree("work")
  await writeFile(join(tree, "a.txt"), "with\r\nCRLF\r\nand LF\n")
  await writeFile(join(tree, "staged.txt"), "staged\n")
  await it.repo.git("-C", tree, "add", "staged.txt")
  await writeFile(join(tree, "staged.txt"), "and changed\r\n")
  await writeFile(join(tree, 'new \n"file"\t.bin'), Buffer.from([0, 255, 13, 10]))
  await mkdir(join(tree, "deep/er"), { recursive: true })
  await writeFile(join(tree, "deep/er/.env"), "KEY=1\n")
  await writeFile(join(tree, "big.bin"), Buffer.alloc(2 * 1024 ** 2))
  await mkdir(join(tree, "node_modules/x"), { recursive: true })
  await writeFile(join(tree, "node_modules/x/index.js"), "x")
  await symlink("/etc/passwd", join(tree, "link"))
  await symlink("/etc", join(tree, "linked"))
  await chmod(join(tree, "run.sh"), 0o755)
  await rm(join(tree, "gone.txt"))
  const content = await contentOf(tree)
  const state = await it.repo.git("-C", tree, "status", "--porcelain")

  const refused = await it.remove("/worktrees", { path: tree })
  expect(refused).toMatchObject({ status: 409, json: { error: "GitConflictError" } })
  expect(await contentOf(tree)).toEqual(content)
  const removed = await it.remove("/worktrees", { path: tree, force: true })
  expect(removed).toEqual({ status: 200, json: { status: "deleted", rescue: "manual.1" } })
  expect(await it.ask("/worktrees")).toMatchObject({ json: [] })

  const { json: rescues } = await it.ask("/rescues")
  expect(rescues).toMatchObject([
    { id: "manual.1", ref: "refs/amelia/rescue/manual/1", path: tree, branch: "work", skipped: 2 },
  ])
  const { json: shown } = await it.ask("/rescues/manual.1")
  expect(shown.files).toContainEqual({ path: "deep/er/.env", status: "A" })
  expect(shown.files).toContainEqual({ path: "gone.txt", status: "D" })

  const restored = await it.post("/rescues/manual.1/restore", { path: tree })
  expect(restored).toMatchObject({ status: 201, json: { path: tree, rescue: "manual.1" } })
  const { "big.bin": _, "node_modules/x/index.js": __, ...kept } = content
  expect(await contentOf(tree)).toEqual(kept)
  expect(await it.repo.git("-C", tree, "status", "--porcelain")).toBe(state)
  expect(await it.repo.git("-C", tree, "show", ":staged.txt")).toBe("staged\n")
  expect(await it.post("/rescues/manual.1/restore", { path: tree })).toMatchObject({ status: 409 })
  expect(await it.ask("/rescues/manual.9")).toMatchObject({ status: 404 })
  expect(await it.ask("/rescues/..%2Fx")).toMatchObject({ status: 404 })
  expect(await userState(it.repo.path)).toEqual(before)
  expect(await fsck(it.repo)).toBe("")
})

test("a file that changed in the second in which git wrote the index is kept", async () => {
  await using it = await gitServer({ "a.txt": "one\n" })
  const tree = await it.worktree("work")
  const file = join(tree, "a.txt")
  const { atime, mtime } = await stat(file)
  await writeFile(file, "two\n")
  await utimes(file, atime, mtime)
  const { json } = await it.remove("/worktrees", { path: tree, force: true })
  const restored = await it.post(`/rescues/${json.rescue}/restore`, {})
  expect(await contentOf(restored.json.path)).toEqual({ "a.txt": btoa("two\n") })
})

test("a process that works in a worktree blocks its removal, and is named", async () => {
  await using it = await gitServer()
  const tree = await it.worktree("work")
  const child = Bun.spawn(["cat"], { cwd: tree, stdin: "pipe", stdout: "ignore" })
  const processes = [{ pid: child.pid, name: "cat" }]
  const refused = await it.remove("/worktrees", { path: tree, force: true })
  expect(refused).toMatchObject({ status: 409, json: { details: { processes } } })
  expect(refused.json.message).toContain(`cat (${child.pid})`)
  expect((await it.ask("/worktrees")).json).toMatchObject([{ path: tree, processes }])
  child.stdin.end()
  await child.exited
  expect((await it.remove("/worktrees", { path: tree, force: true })).status).toBe(200)
})

test("locked worktrees stay, and one with another repository inside", async () => {
  await using it = await gitServer()
  const tree = await it.worktree("work")
  await it.repo.git("worktree", "lock", "--reason", "mine", tree)
  expect((await it.ask("/worktrees")).json).toMatchObject([{ locked: "mine" }])
  const locked = await it.remove("/worktrees", { path: tree, force: true })
  expect(locked.status).toBe(409)
  expect(locked.json.message).toContain("mine")
  await it.repo.git("worktree", "unlock", tree)
  await it.repo.git("clone", "--quiet", it.repo.path, join(tree, "nested"))
  const nested = await it.remove("/worktrees", { path: tree, force: true })
  expect(nested).toMatchObject({ status: 409, json: { details: { repositories: ["nested/"] } } })
  expect(Object.keys(await contentOf(join(tree, "nested")))).toEqual(["a.txt"])
  expect(await it.remove("/worktrees", { path: it.repo.path })).toMatchObject({ status: 404 })
})

test("a worktree whose submodule has files stays, and one whose submodule is empty goes", async () => {
  await using it = await gitServer()
  const local = ["-c", "protocol.file.allow=always"]
  await it.repo.git(...local, "submodule", "--quiet", "add", it.repo.path, "lib")
  await it.repo.git("commit", "--quiet", "--message", "Add a library")
  const tree = await it.worktree("work")
  await Bun.write(join(tree, "lib", "mine.txt"), "mine")
  const kept = await it.remove("/worktrees", { path: tree, force: true })
  expect(kept).toMatchObject({ status: 409, json: { details: { repositories: ["lib"] } } })
  expect(await Bun.file(join(tree, "lib", "mine.txt")).text()).toBe("mine")
  const empty = await it.worktree("empty")
  expect(await it.remove("/worktrees", { path: empty })).toMatchObject({ status: 200 })
})

test("commits of a vanished worktree survive its prune, also when its branch is gone", async () => {
  await using it = await gitServer()
  const tree = await it.worktree("work")
  await writeFile(join(tree, "b.txt"), "committed\n")
  const { json } = await it.post("/commit", { path: tree, message: "Add b" })
  await it.repo.git("-C", tree, "reset", "--quiet", "--hard", "HEAD~1")
  await writeFile(join(tree, "c.txt"), "staged\n")
  await it.repo.git("-C", tree, "add", "c.txt")
  await rm(tree, { recursive: true })
  await it.repo.git("update-ref", "-d", "refs/heads/work")
  expect((await it.ask("/worktrees")).json).toMatchObject([{ path: tree, vanished: true }])
  const { json: pruned } = await it.post("/worktrees/prune", {})
  expect(pruned).toEqual([{ path: tree, rescue: "manual.1" }])
  await it.repo.git("reflog", "expire", "--expire=now", "--all")
  await it.repo.git("gc", "--quiet", "--prune=now")
  expect(await it.repo.git("show", `${json.commit}:b.txt`)).toBe("committed\n")
  expect(await it.repo.git("show", "refs/amelia/rescue/manual/1:c.txt")).toBe("staged\n")
  expect((await it.ask("/worktrees")).json).toEqual([])
  expect(await fsck(it.repo)).toBe("")
})

test("a merge into a worktree keeps the ignored file that it overwrites", async () => {
  await using it = await gitServer({ "a.txt": "one\n", ".gitignore": "b.log\n" })
  const [from, into] = [await it.worktree("from"), await it.worktree("into")]
  await writeFile(join(from, "b.log"), "theirs\n")
  await it.repo.git("-C", from, "add", "--force", "b.log")
  await it.repo.git("-C", from, "commit", "--quiet", "--message", "Log")
  await writeFile(join(into, "b.log"), "mine\n")
  expect((await it.post("/merge", { branch: "from", into: "into" })).status).toBe(200)
  expect(await Bun.file(join(into, "b.log")).text()).toBe("theirs\n")
  const { json } = await it.post("/rescues/manual.1/restore", {})
  expect(await Bun.file(join(json.path, "b.log")).text()).toBe("mine\n")
})

test("a hostile repository runs nothing, whatever is asked", async () => {
  await using it = await gitServer({
    "a.ev": "one\n",
    ".gitattributes": "*.ev filter=ev diff=ev\n",
  })
  const mark = join(it.worktrees, "mark")
  const run = `touch ${mark}`
  const hooks = join(it.repo.path, ".git/hooks")
  for (const name of ["post-checkout", "pre-commit", "post-merge", "reference-transaction"]) {
    await writeFile(join(hooks, name), `#!/bin/sh\n${run}\n`, { mode: 0o755 })
  }
  const section = `[filter "ev"]\n\tclean = ${run}\n\tsmudge = ${run}\n[diff "ev"]\n\ttextconv = ${run}\n[core]\n\tfsmonitor = ${run}\n`
  await appendFile(join(it.repo.path, ".git/config"), section)
  const tree = await it.worktree("work")
  await writeFile(join(tree, "a.ev"), "two\n")
  for (const route of ["/status", "/log", "/diff", "/branches", "/worktrees"]) {
    expect((await it.ask(route, { query: { repo: tree } })).status).toBe(200)
  }
  expect((await it.post("/commit", { path: tree, message: "Two" })).status).toBe(201)
  await it.post("/branches", { name: "into", from: "main" })
  expect((await it.post("/merge", { branch: "work", into: "into" })).status).toBe(200)
  await writeFile(join(tree, "a.ev"), "three\n")
  expect((await it.remove("/worktrees", { path: tree, force: true })).status).toBe(200)
  expect((await it.post("/rescues/manual.1/restore", { path: tree })).status).toBe(201)
  expect(await Bun.file(join(tree, "a.ev")).text()).toBe("three\n")
  expect(await Bun.file(mark).exists()).toBe(false)
})

test("snapshots at once get numbers of their own", async () => {
  await using it = await gitServer()
  const trees = await Promise.all(["a", "b", "c", "d"].map((name) => it.worktree(name)))
  const removed = await Promise.all(trees.map((path) => it.remove("/worktrees", { path })))
  expect(removed.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  const ids = removed.map(({ json }) => json.rescue).sort()
  expect(ids).toEqual(["manual.1", "manual.2", "manual.3", "manual.4"])
  expect(await fsck(it.repo)).toBe("")
})
