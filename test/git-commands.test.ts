import { expect, test } from "bun:test"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { command } from "./support/amelia"
import { freshHome } from "./support/database"
import { testRepository } from "./support/repository"

test("worktrees, branches, diff and rescue do from a terminal what the routes do", async () => {
  await using repo = await testRepository()
  await using at = await freshHome()
  const place = await mkdtemp(join(tmpdir(), "amelia-worktrees-"))
  const env = { HOME: at.home, PATH: process.env.PATH ?? "", GIT_WORKTREE_DIR: place }
  const amelia = (...args: string[]) => command(args, { home: at.home, cwd: repo.path, env })
  const added = JSON.parse((await amelia("worktrees", "add", "work", "--json")).out)
  await writeFile(join(added.path, "b\u0007.txt"), "new\u001b\n")
  const diff = await amelia("diff", "--repo", added.path)
  expect(diff.code).toBe(0)
  expect(diff.out).toBe("added: b?.txt\n@@ -0,0 +1,1 @@ \n+new?\n")
  expect((await amelia("worktrees")).out).toContain("changed")
  expect((await amelia("worktrees", "remove", added.path)).code).toBe(1)
  const removed = await amelia("worktrees", "remove", added.path, "--force")
  expect(removed.out).toContain("removed; rescue manual.1\n")
  expect((await amelia("rescue")).out).toContain("manual.1")
  expect((await amelia("rescue", "show", "manual.1")).out).toContain("A b?.txt\n")
  const restored = (await amelia("rescue", "restore", "manual.1")).out.trim()
  expect(await Bun.file(join(restored, "b\u0007.txt")).text()).toBe("new\u001b\n")
  expect((await amelia("branches", "add", "other")).code).toBe(0)
  expect((await amelia("branches")).out).toMatch(/other +0 +0 +yes/)
  expect((await amelia("branches", "remove", "other")).out).toContain("other: removed")
  expect((await amelia("branches", "add", "a..b")).code).toBe(1)
  await rm(place, { recursive: true })
})
