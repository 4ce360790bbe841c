import { AppError } from "../../../platform/errors"
import { rescueWorktree } from "../rescue/snapshot"
import { tipOf } from "./refs"
import type { Place } from "./repositories"
import { fieldsOf, LONG_MS, maybe, result, run, text, type WorkDeps } from "./run"
import type { Merge } from "./schema"
import { listPlaces } from "./worktree-list"
import { isDirty, requireEmpty, requireUnlocked } from "./worktrees"

type Merged = Pick<Merge, "commit" | "how">

/**
 * Merges a branch into another in memory, then moves the other. On a conflict nothing has changed.
 * Throws InvalidGitRefError and GitConflictError.
 */
export async function mergeBranch(
  deps: WorkDeps,
  { repo }: Place,
  { branch, into }: { branch: string; into: string },
): Promise<Merge> {
  const [theirs, ours] = [await tipOf(deps, repo, branch), await tipOf(deps, repo, into)]
  const target = await targetOf(deps, repo, branch, into)
  const { commit, how } = await mergedCommit(deps, repo, { branch, into, theirs, ours })
  if (how === "already_merged") return { branch, into, commit, how }
  const reason = `merge ${branch}`
  if (target) {
    // A merge overwrites ignored files without asking.
    await rescueWorktree(deps, repo, target, { reason })
    await run(deps, target, ["merge", "--quiet", "--ff-only", commit], long)
  } else await run(deps, repo, ["update-ref", "-m", reason, `refs/heads/${into}`, commit, ours])
  return { branch, into, commit, how }
}

const long = { timeout_ms: LONG_MS }

/** Returns the worktree that has the branch checked out and may be moved on, if there is one. */
async function targetOf(deps: WorkDeps, repo: string, branch: string, into: string) {
  const place = (await listPlaces(deps, repo)).find((it) => it.branch === into)
  if (!place || place.vanished) return undefined
  if (place.isMain) {
    const command = `git merge ${branch}`
    const sentence = `${into} is checked out in ${place.path}, which Amelia leaves alone. Run there: ${command}`
    throw new AppError("GitConflictError", sentence, { path: place.path, command })
  }
  requireUnlocked(place)
  await requireEmpty(place.path)
  if (await isDirty(deps, place.path)) {
    const sentence = `${place.path} has changes that are not committed. Commit them, then merge.`
    throw new AppError("GitConflictError", sentence, { path: place.path })
  }
  return place.path
}

type Sides = { branch: string; into: string; theirs: string; ours: string }

async function mergedCommit(deps: WorkDeps, repo: string, sides: Sides): Promise<Merged> {
  const { branch, into, theirs, ours } = sides
  const isAncestor = async (older: string, newer: string) =>
    (await maybe(deps, repo, ["merge-base", "--is-ancestor", older, newer], [1])) !== undefined
  if (await isAncestor(theirs, ours)) return { commit: ours, how: "already_merged" }
  if (await isAncestor(ours, theirs)) return { commit: theirs, how: "fast_forward" }
  const flags = ["--write-tree", "-z", "--name-only", "--no-messages"]
  const merging = { ...long, codes: [0, 1] }
  const { code, stdout } = await result(deps, repo, ["merge-tree", ...flags, ours, theirs], merging)
  const [tree = "", ...conflicts] = fieldsOf(stdout.toString())
  if (code === 1) {
    const files = [...new Set(conflicts.filter(Boolean))]
    const sentence = `${branch} and ${into} both changed ${files.slice(0, 5).join(", ")}. Nothing was merged: resolve this on ${branch}, then merge again.`
    throw new AppError("GitConflictError", sentence, { branch, into, files })
  }
  const parents = ["-p", ours, "-p", theirs]
  const message = `Merge branch '${branch}' into ${into}`
  const commit = await text(deps, repo, ["commit-tree", ...parents, "-m", message, tree])
  return { commit: commit.trim(), how: "merge_commit" }
}
