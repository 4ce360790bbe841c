import { expect, test } from "bun:test"
import { mkdir, readdir, rm, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { contentOf, fsck, type GitServer, gitServer, userState } from "./support/git-server"

/** AMELIA_GIT_SEQUENCES=10000 tries that many sequences; AMELIA_GIT_SEED begins with another one. */
const sequences = Number(process.env.AMELIA_GIT_SEQUENCES ?? 3)
const firstSeed = Number(process.env.AMELIA_GIT_SEED ?? 1)
const STEPS = 12

/** A generator of numbers from 0 to 1 (mulberry32), the same for the same seed. */
function random(seed: number) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const names = ["a.txt", "b.txt", "deep/c.txt", "deep/d.log", "new é.bin", "e.crlf"]
const endings = ["\n", "\r\n", "\n\0", ""]

type State = {
  it: GitServer
  seed: number
  next: () => number
  /** Paths of worktrees by their branches. */
  trees: Map<string, string>
  /** What was in each worktree that went, by its rescue. */
  kept: Map<string, Record<string, string>>
  commits: string[]
}

function begin(it: GitServer, seed: number): State {
  return { it, seed, next: random(seed), trees: new Map(), kept: new Map(), commits: [] }
}

const pick = <T>({ next }: State, list: readonly T[]): T =>
  list[Math.floor(next() * list.length)] as T
const some = (state: State) => pick(state, [...state.trees])

type Step = (state: State) => Promise<unknown>

/** What people and programs do outside Amelia. */
const outside: Step[] = [
  async function edit(state) {
    const { it, seed, next } = state
    const [, dir] = some(state)
    for (const name of names.filter(() => next() < 0.5)) {
      const path = join(dir, name)
      await mkdir(dirname(path), { recursive: true })
      if (next() < 0.2) await rm(path, { force: true })
      else await writeFile(path, `${seed} ${next()}${pick(state, endings)}`)
    }
    if (next() < 0.3) await it.repo.git("-C", dir, "add", "--all")
  },
  async function reset(state) {
    const { git } = state.it.repo
    const [, dir] = some(state)
    const parent = (await git("-C", dir, "rev-list", "--max-count=2", "HEAD")).split("\n")[1]
    if (parent) await git("-C", dir, "reset", "--quiet", "--soft", parent)
  },
  async function switchBranch(state) {
    const [branch, dir] = some(state)
    const to = pick(state, ["--detach", branch])
    // Git refuses where changes would be lost.
    await state.it.repo.git("-C", dir, "checkout", "--quiet", to).catch(() => {})
  },
  async function vanish(state) {
    const { it, next, trees } = state
    const [branch, path] = some(state)
    if (next() < 0.5) await it.repo.git("update-ref", "-d", `refs/heads/${branch}`)
    await rm(path, { recursive: true })
    expect((await it.post("/worktrees/prune", {})).json).toMatchObject([{ path }])
    trees.delete(branch)
  },
]

async function add({ it, seed, trees }: State) {
  const branch = `s${seed}-${trees.size}-${Bun.randomUUIDv7()}`
  trees.set(branch, await it.worktree(branch, "main"))
}

async function remove(state: State) {
  const { it, next, trees, kept } = state
  const [branch, path] = some(state)
  const content = await contentOf(path)
  const { status, json } = await it.remove("/worktrees", { path, force: true })
  expect([status, json.status]).toEqual([200, "deleted"])
  kept.set(json.rescue, content)
  trees.delete(branch)
  if (next() < 0.5) await it.remove("/branches", { name: branch, force: true })
}

/** What Amelia is asked to do. */
const asked: Step[] = [
  add,
  remove,
  async function commit(state) {
    const [, path] = some(state)
    const message = `Commit ${state.next()}`
    const { status, json } = await state.it.post("/commit", { path, message })
    if (status === 201) state.commits.push(json.commit)
    else expect([status, json.error]).toEqual([409, "GitConflictError"])
  },
  async function merge(state) {
    const [branch] = some(state)
    const { status } = await state.it.post("/merge", { branch, into: "into" })
    expect([200, 409]).toContain(status)
  },
  async function restore(state) {
    const { it, kept } = state
    const id = pick(state, [...kept.keys()])
    if (id === undefined) return
    const { json } = await it.post(`/rescues/${id}/restore`, {})
    expect(await contentOf(json.path)).toEqual(kept.get(id) ?? {})
    expect((await it.remove("/worktrees", { path: json.path, force: true })).status).toBe(200)
  },
]

async function runSequence(state: State) {
  await state.it.post("/branches", { name: "into" })
  for (let step = 0; step < STEPS; step++) {
    const act = state.trees.size === 0 ? add : pick(state, [...outside, ...outside, ...asked])
    await act(state)
  }
  while (state.trees.size > 0) await remove(state)
}

test("whatever happens, every worktree that went can be restored and every commit is there", async () => {
  for (let seed = firstSeed; seed < firstSeed + sequences; seed++) {
    await using it = await gitServer({ "a.txt": "one\n", ".gitignore": "*.log\n" })
    await writeFile(join(it.repo.path, "a.txt"), "dirty\n")
    const before = await userState(it.repo.path)
    const tried = begin(it, seed)
    await runSequence(tried)
    await it.repo.git("reflog", "expire", "--expire=now", "--all")
    await it.repo.git("gc", "--quiet", "--prune=now")
    for (const [id, content] of tried.kept) {
      const { json } = await it.post(`/rescues/${id}/restore`, {})
      expect([seed, id, await contentOf(json.path)]).toEqual([seed, id, content])
      expect((await it.remove("/worktrees", { path: json.path, force: true })).status).toBe(200)
    }
    for (const commit of tried.commits) await it.repo.git("cat-file", "-e", `${commit}^{tree}`)
    // `gc` packs the branch.
    const after = await userState(it.repo.path)
    expect([seed, { ...after, main: "" }]).toEqual([seed, { ...before, main: "" }])
    expect(await fsck(it.repo)).toBe("")
    expect((await it.ask("/worktrees")).json).toEqual([])
    const all = await readdir(join(it.repo.path, ".git"), { recursive: true })
    expect(all.filter((name) => name.endsWith(".lock"))).toEqual([])
  }
})
