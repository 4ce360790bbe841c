import { expect, test } from "bun:test"
import { appendFile, chmod, mkdir, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { quietGit } from "../src/features/git/session"
import { changedSince, stateOf, workTreeOf } from "../src/platform/git/changes"
import { type Command, commands } from "../src/platform/git/hardening"
import { GitError, git } from "../src/platform/git/run"
import { freshHome } from "./support/database"
import { processesOf } from "./support/process"
import { rejection } from "./support/rejection"
import { testRepository } from "./support/repository"
import { trappedRepository } from "./support/trapped-repository"

const PATH = process.env.PATH ?? ""

/** A user who has a name, and whose key git must never see. */
async function user() {
  const data = await freshHome()
  await Bun.write(join(data.home, ".gitconfig"), "[user]\n\tname = T\n\temail = t@localhost\n")
  const env = { PATH, HOME: data.home, ANTHROPIC_API_KEY: "sk-ant-test-0001", GIT_DIR: "/nowhere" }
  return { ...data, env }
}

/** Occasions for a repository to have its programs run, in this order. */
const occasions: [Command, ...string[]][] = [
  ["status", "--porcelain", "-uall"],
  ["rev-parse", "HEAD"],
  ["check-ref-format", "refs/heads/one"],
  ["config", "--list"],
  ["symbolic-ref", "HEAD"],
  ["diff"],
  ["diff", "HEAD", "other"],
  ["diff-files", "-p"],
  ["diff-index", "-p", "HEAD"],
  ["diff-tree", "-p", "HEAD", "other"],
  ["log", "-p", "-2", "--format=%G? %s"],
  ["show", "HEAD"],
  ["rev-list", "HEAD"],
  ["merge-base", "HEAD", "other"],
  ["for-each-ref"],
  ["ls-files", "--others"],
  ["ls-tree", "HEAD"],
  ["cat-file", "-p", "HEAD"],
  ["hash-object", "-w", "b.ev"],
  ["patch-id"],
  ["merge-tree", "--write-tree", "HEAD", "other"],
  ["update-index", "--refresh"],
  ["stash"],
  ["stash", "pop"],
  ["restore", "d.pr"],
  ["mv", "a.txt", "z.txt"],
  ["rm", "--cached", "e.info"],
  ["add", "--all"],
  ["commit", "--trailer", "Amelia-Run: 1", "--message", "Five"],
  ["commit", "--amend"],
  ["write-tree"],
  ["commit-tree", "-m", "Six", "HEAD^{tree}"],
  ["update-ref", "refs/heads/third", "HEAD"],
  ["branch", "fourth"],
  ["merge", "--no-edit", "other"],
  ["reset", "--hard"],
  ["checkout", "other"],
  ["switch", "-"],
  ["read-tree", "-u", "--reset", "other"],
  ["worktree", "add", "inside", "other"],
  ["clean", "-fd"],
  ["init"],
]
/** What git itself runs on these occasions; aliases never stand before its own commands. */
const dangers = [
  ...["clean", "conditional", "diff-command", "editor", "external", "fsmonitor", "gpg", "hook"],
  ...["in-submodule", "included", "lfs-clean", "lfs-smudge", "merge-driver", "process", "smudge"],
  ...["textconv", "trailer", "unnamed"],
]

test("git runs what a repository names on many occasions", async () => {
  await using repo = await trappedRepository()
  await using me = await user()
  const { GIT_DIR: _, ...env } = me.env
  for (const args of occasions) {
    const stdio = ["ignore", "ignore", "ignore"] as const
    await Bun.spawn(["git", "-C", repo.path, ...args], { env, stdio: [...stdio] }).exited
  }
  const { names, environment } = await repo.sprung()
  expect(names).toEqual(expect.arrayContaining(dangers))
  expect(names).not.toContain("alias")
  expect(environment).toContain(env.ANTHROPIC_API_KEY)
})

test("our git runs none of it, in any command, and works all the same", async () => {
  await using repo = await trappedRepository()
  await using me = await user()
  expect(new Set(occasions.map(([command]) => command))).toEqual(new Set(commands))
  const conflicts = ["merge-tree", "update-index", "merge"]
  for (const args of occasions) {
    const codes = conflicts.includes(args[0]) ? [1] : [0]
    await git(repo.path, me.env, args, { codes })
    expect([args, (await repo.sprung()).names]).toEqual([args, []])
  }
})

test("a directory that poses as a repository is none", async () => {
  await using repo = await trappedRepository()
  await using me = await user()
  const hidden = join(repo.path, "hidden")
  expect(await rejection(git(hidden, me.env, ["status"]))).toMatchObject({ reason: "failed" })
  expect((await repo.sprung()).names).toEqual([])
})

test("what changed in a repository is told without asking its filters", async () => {
  await using repo = await trappedRepository()
  await using me = await user()
  const before = await stateOf(repo.path, me.env)
  await Bun.write(join(repo.path, "a.txt"), "changed\n")
  await Bun.write(join(repo.path, "b.ev"), "changed\n")
  await Bun.write(join(repo.path, "new.ev"), "new\n")
  expect(await changedSince(before, me.env)).toEqual(["a.txt", "b.ev", "new.ev"])
  expect(await repo.sprung()).toEqual({ names: [], environment: "" })
})

test("a repository that claims a directory outside of itself is refused", async () => {
  await using me = await user()
  await using repo = await testRepository()
  const root = await workTreeOf(repo.path, me.env)
  expect(root).toBe(repo.path)
  await mkdir(join(repo.path, "below"))
  expect(await workTreeOf(join(repo.path, "below"), me.env)).toBe(repo.path)
  await repo.git("config", "core.worktree", dirname(repo.path))
  expect(await workTreeOf(repo.path, me.env)).toBeUndefined()
  expect(await stateOf(repo.path, me.env)).toMatchObject({ head: "", files: new Map() })
  expect(await workTreeOf(me.home, me.env)).toBeUndefined()
})

/** A program in place of git that starts another one, which leaves its session and ignores SIGTERM. */
async function stubbornGit(home: string) {
  const text = "#!/bin/sh\ntrap '' TERM\nsetsid sh -c \"trap '' TERM; sleep 300\" &\nsleep 300\n"
  await Bun.write(join(home, "bin/git"), text)
  await chmod(join(home, "bin/git"), 0o755)
  return { PATH: `${join(home, "bin")}:${PATH}`, HOME: home }
}

test("at its deadline, and when it is cancelled, git ends with all that it started", async () => {
  await using data = await freshHome()
  const env = await stubbornGit(data.home)
  const late = await rejection(git(data.home, env, ["status"], { timeout_ms: 300 }))
  expect(late).toMatchObject({ name: "GitError", reason: "timeout" })
  while ((await processesOf(data.home)).length > 0) await Bun.sleep(10)
  const controller = new AbortController()
  const running = git(data.home, env, ["status"], { signal: controller.signal })
  while ((await processesOf(data.home)).length < 4) await Bun.sleep(10)
  controller.abort()
  expect(await rejection(running)).toMatchObject({ reason: "cancelled" })
  while ((await processesOf(data.home)).length > 0) await Bun.sleep(10)
})

test("git's answers have a limit, and its failures say what it said", async () => {
  await using me = await user()
  await using repo = await testRepository({ "big.txt": "x".repeat(100_000) })
  const show = ["cat-file", "-p", "HEAD:big.txt"] as const
  const { stdout } = await git(repo.path, me.env, [...show])
  expect(stdout).toHaveLength(100_000)
  const tooMuch = git(repo.path, me.env, [...show], { bytes_max: 5000 })
  expect(await rejection(tooMuch)).toMatchObject({ reason: "too_large" })
  const hash = await git(repo.path, me.env, ["hash-object", "--stdin"], { stdin: "one\n" })
  expect(hash.stdout.toString()).toBe("5626abf0f72e58d7a153368ba57db4c673c0e171\n")
  const failed = await rejection(git(repo.path, me.env, ["rev-parse", "--verify", "nothing"]))
  expect(failed).toBeInstanceOf(GitError)
  expect(failed).toMatchObject({
    reason: "failed",
    code: 128,
    stderr: expect.stringMatching(/^fatal/),
  })
  const absent = git(repo.path, { PATH: "/nowhere" }, ["status"])
  expect(await rejection(absent)).toMatchObject({ reason: "not_started" })
})

test("what the user set for themselves stays: who they are and what they ignore", async () => {
  await using me = await user()
  await using repo = await testRepository()
  await appendFile(join(me.home, ".gitconfig"), `[core]\n\texcludesFile = ${me.home}/ignored\n`)
  await Bun.write(join(me.home, "ignored"), "*.swp\n")
  await Bun.write(join(repo.path, ".a.swp"), "")
  expect((await git(repo.path, me.env, ["status", "--porcelain"])).stdout.toString()).toBe("")
  await rm(join(repo.path, "a.txt"))
  await git(repo.path, me.env, ["commit", "--all", "--message", "Gone"])
  const author = await git(repo.path, me.env, ["log", "-1", "--format=%an"])
  expect(author.stdout.toString()).toBe("T\n")
})

test("git of a program that works there runs what the user configured, and nothing of the repository", async () => {
  await using repo = await trappedRepository()
  await using me = await user()
  const clean = await repo.trap("users-own")
  await appendFile(join(me.home, ".gitconfig"), `[filter "ev"]\n\tclean = ${clean}\n`)
  const { variables, silenced } = await quietGit(repo.path, me.env)
  const { GIT_DIR: _, ...env } = { ...me.env, ...variables }
  const stdio = ["ignore", "ignore", "ignore"] as const
  for (const args of [["status"], ["diff"], ["branch", "new"], ["commit", "-am", "Five"]]) {
    await Bun.spawn(["git", "-C", repo.path, ...args], { env, stdio: [...stdio] }).exited
  }
  expect((await repo.sprung()).names).toEqual(["users-own"])
  expect(silenced).toEqual(expect.arrayContaining(["core.fsmonitor", "filter.own.clean", "hooks"]))

  await using plain = await testRepository()
  expect(await quietGit(plain.path, me.env)).toMatchObject({
    ...{ silenced: [], variables: { GIT_CONFIG_COUNT: "1" } },
  })
})
