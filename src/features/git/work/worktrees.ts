import { realpath } from "node:fs/promises"
import { AppError } from "../../../platform/errors"
import { occupantsOf } from "../../../platform/processes/occupants"
import { branchRef, commitOf, currentBranch, findTip, tipOf } from "./refs"
import type { Place } from "./repositories"
import { run, type WorkDeps } from "./run"
import type { NewWorktree, Occupant, Worktree, WorktreeInput } from "./schema"
import { readStatus } from "./status"
import { listPlaces, type WorktreePlace } from "./worktree-list"
import { placeFor } from "./worktree-path"

/** Lists a repository's worktrees with their state, without the user's own checkout. */
export async function listWorktrees(deps: WorkDeps, { repo }: Place): Promise<Worktree[]> {
  const places = (await listPlaces(deps, repo)).filter(({ isMain }) => !isMain)
  const occupants = await occupantsOf(places.map(({ path }) => path))
  return Promise.all(
    places.map(async ({ isMain: _, ...place }) => ({
      ...place,
      dirty: !place.vanished && (await isDirty(deps, place.path)),
      processes: occupants.get(await real(place.path)) ?? [],
      run_id: null,
    })),
  )
}

export async function isDirty(deps: WorkDeps, dir: string): Promise<boolean> {
  return (await readStatus(deps, { dir })).files.length > 0
}

/**
 * Makes a worktree for a branch, which is created if there is none. Throws InvalidGitRefError,
 * ValidationError for a path outside GIT_WORKTREE_DIR, and GitConflictError.
 */
export async function addWorktree(
  deps: WorkDeps,
  { repo }: Place,
  { branch, path, base }: WorktreeInput,
): Promise<NewWorktree> {
  await branchRef(deps, repo, branch)
  const existing = await findTip(deps, repo, branch)
  if (existing && base !== undefined) {
    const sentence = `There is a branch ${branch} already: leave out the base, or take another name.`
    throw new AppError("GitConflictError", sentence, { branch })
  }
  const taken = (await listPlaces(deps, repo)).find((place) => place.branch === branch)
  if (taken) {
    const sentence = `The branch ${branch} is checked out in ${taken.path} already.`
    throw new AppError("GitConflictError", sentence, { branch, path: taken.path })
  }
  const head = existing ?? (await commitOf(deps, repo, base ?? "HEAD"))
  const place = await placeFor(deps, repo, path ?? { name: branch })
  const how = existing ? [place, branch] : ["--no-track", "-b", branch, place, head]
  const flags = existing ? ["--no-guess-remote"] : []
  await run(deps, repo, ["worktree", "add", "--quiet", ...flags, ...how], { timeout_ms: 120_000 })
  const from = base ?? (existing ? branch : ((await currentBranch(deps, repo)) ?? head))
  return { path: place, branch, head: await tipOf(deps, repo, branch), base: from }
}

export async function real(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

/** Finds a worktree by its path. Throws RepositoryNotFoundError, also for the user's checkout. */
export async function requireWorktree(
  deps: WorkDeps,
  { repo }: Place,
  path: string,
): Promise<WorktreePlace> {
  const wanted = await real(path)
  const places = await listPlaces(deps, repo)
  const found = places.find((place) => place.path === wanted || place.path === path)
  if (found && !found.isMain) return found
  const sentence = found
    ? `${path} is your own checkout, which Amelia leaves alone.`
    : `${path} is not a worktree of ${repo}.`
  throw new AppError("RepositoryNotFoundError", sentence, { repo, path })
}

/** Throws GitConflictError if a process works in the worktree. */
export async function requireEmpty(path: string): Promise<void> {
  const [occupants = []] = (await occupantsOf([path])).values()
  if (occupants.length === 0) return
  const names = occupants.map(({ name, pid }: Occupant) => `${name} (${pid})`).join(", ")
  const sentence = `A process is at work in ${path}: ${names}. End it, then try again.`
  throw new AppError("GitConflictError", sentence, { path, processes: occupants })
}

/** Throws GitConflictError if the worktree is locked. */
export function requireUnlocked({ path, locked }: WorktreePlace): void {
  if (locked === null) return
  const why = locked ? `: ${locked}` : ""
  const help = `Unlock it with git worktree unlock, then try again.`
  throw new AppError("GitConflictError", `${path} is locked${why}. ${help}`, { path, locked })
}
