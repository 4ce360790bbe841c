import { readdir, readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { AppError } from "../../../platform/errors"
import { requireBranch } from "../work/branches"
import type { Place } from "../work/repositories"
import { run, type WorkDeps } from "../work/run"
import type { Pruned, Removed } from "../work/schema"
import { listPlaces } from "../work/worktree-list"
import { isDirty, requireEmpty, requireUnlocked, requireWorktree } from "../work/worktrees"
import { rescueBranch, rescueVanished, rescueWorktree } from "./snapshot"

const TIMEOUT_MS = 120_000

/**
 * Removes a worktree after a rescue of everything in it. Throws GitConflictError if it has changes
 * (unless `force`), is locked, or a process works there.
 */
export async function removeWorktree(
  deps: WorkDeps,
  place: Place,
  { path, force }: { path: string; force: boolean },
): Promise<Removed> {
  const found = await requireWorktree(deps, place, path)
  requireUnlocked(found)
  if (found.vanished) {
    const pruned = await pruneWorktrees(deps, place)
    const rescue = pruned.find((it) => it.path === found.path)?.rescue ?? null
    return { status: "deleted", rescue }
  }
  await requireEmpty(found.path)
  const dirty = await isDirty(deps, found.path)
  if (dirty && !force) {
    const help = "Commit them, or remove it with force: a rescue is made first."
    const sentence = `${found.path} has changes that are not committed. ${help}`
    throw new AppError("GitConflictError", sentence, { path: found.path })
  }
  const rescue = await rescueWorktree(deps, place.repo, found.path, { reason: "remove" })
  await requireEmpty(found.path)
  const flags = dirty ? ["--force"] : []
  const args = ["worktree", "remove", ...flags, "--", found.path] as const
  await run(deps, place.repo, [...args], { timeout_ms: TIMEOUT_MS })
  return { status: "deleted", rescue }
}

/** Forgets worktrees whose directories are gone, after a rescue of their index and commits. */
export async function pruneWorktrees(deps: WorkDeps, { repo, common }: Place): Promise<Pruned[]> {
  const gone = (await listPlaces(deps, repo)).filter(
    ({ vanished, locked, isMain }) => vanished && locked === null && !isMain,
  )
  if (gone.length === 0) return []
  const records = await readRecords(common)
  const pruned: Pruned[] = []
  for (const { path, branch } of gone) {
    const record = records.find((it) => it.path === path)
    const why = { reason: "prune" }
    const rescue = record ? await rescueVanished(deps, repo, { ...record, branch }, why) : null
    pruned.push({ path, rescue })
  }
  await run(deps, repo, ["worktree", "prune", "--expire=now"])
  return pruned
}

/** Where git keeps what it knows about each worktree; see "DETAILS" in git-worktree(1). */
async function readRecords(common: string) {
  const root = join(common, "worktrees")
  const names = await readdir(root).catch(() => [])
  const records = names.map(async (name) => {
    const gitDir = join(root, name)
    const dot = await readFile(join(gitDir, "gitdir"), "utf8").catch(() => "")
    return { name, gitDir, path: dirname(dot.trim()) }
  })
  return Promise.all(records)
}

/** Deletes a branch. Throws GitConflictError if it is checked out, or not merged without `force`. */
export async function removeBranch(
  deps: WorkDeps,
  place: Place,
  { name, force }: { name: string; force: boolean },
): Promise<Removed> {
  const { head, merged, worktree, current } = await requireBranch(deps, place, name)
  if (current || worktree) {
    const where = worktree ?? place.repo
    const sentence = `The branch ${name} is checked out in ${where}.`
    throw new AppError("GitConflictError", sentence, { branch: name, path: where })
  }
  if (!merged && !force) {
    const help = "Merge it, or delete it with force: a rescue keeps its commits."
    const sentence = `The branch ${name} has commits that are merged nowhere. ${help}`
    throw new AppError("GitConflictError", sentence, { branch: name })
  }
  // Also a squash merge drops the commits themselves.
  const rescue = await rescueBranch(deps, place.repo, name, { reason: `delete branch ${name}` })
  await run(deps, place.repo, ["update-ref", "-d", `refs/heads/${name}`, head])
  return { status: "deleted", rescue }
}
