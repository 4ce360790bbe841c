import { AppError } from "../../../platform/errors"
import { mergedBranches, readGraph } from "./merged"
import { branchRef, commitOf, currentBranch, findTip, NO_COMMIT, tipOf } from "./refs"
import type { Place } from "./repositories"
import { maybe, run, text, type WorkDeps } from "./run"
import type { Branch } from "./schema"
import { listPlaces } from "./worktree-list"

/** Lists local branches by name, compared with HEAD of the user's own checkout. */
export async function listBranches(deps: WorkDeps, { repo }: Place): Promise<Branch[]> {
  const format = "--format=%(objectname)%00%(refname:lstrip=2)"
  const listed = await text(deps, repo, ["for-each-ref", format, "refs/heads"])
  const tips = listed.split("\n").filter(Boolean).map(fromLine)
  const base = (await maybe(deps, repo, ["rev-parse", "--verify", "--quiet", "HEAD"]))?.trim()
  const current = await currentBranch(deps, repo)
  const places = await listPlaces(deps, repo)
  const graph = await readGraph(deps, repo, base)
  const compared = tips.map((tip) => ({ ...tip, ...graph.compare(tip.head) }))
  const merged = base ? await mergedBranches(deps, repo, base, compared) : new Set()
  return compared.map(({ name, head, ahead, behind }) => ({
    ...{ name, head, ahead, behind, merged: merged.has(name) },
    worktree: places.find(({ branch }) => branch === name)?.path ?? null,
    current: name === current,
  }))
}

function fromLine(line: string) {
  const [head = "", name = ""] = line.split("\0")
  return { head, name }
}

/** Creates a branch and checks nothing out. Throws InvalidGitRefError and GitConflictError. */
export async function createBranch(
  deps: WorkDeps,
  place: Place,
  { name, from }: { name: string; from: string },
): Promise<Branch> {
  const ref = await branchRef(deps, place.repo, name)
  const commit = await commitOf(deps, place.repo, from)
  if (await findTip(deps, place.repo, name)) {
    throw new AppError("GitConflictError", `There is a branch ${name} already.`, { branch: name })
  }
  // Unlike `git branch` this writes nothing to the configuration.
  await run(deps, place.repo, ["update-ref", "--create-reflog", ref, commit, NO_COMMIT])
  return requireBranch(deps, place, name)
}

/** Throws InvalidGitRefError if there is none. */
export async function requireBranch(deps: WorkDeps, place: Place, name: string): Promise<Branch> {
  await tipOf(deps, place.repo, name)
  const found = (await listBranches(deps, place)).find((it) => it.name === name)
  if (found) return found
  throw new AppError("InvalidGitRefError", `There is no branch ${name}.`, { ref: name })
}
