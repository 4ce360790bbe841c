import { realpath } from "node:fs/promises"
import { AppError } from "../../../platform/errors"
import { workTreeOf } from "../../../platform/git/changes"
import type { Actor } from "../../../platform/shapes/actor"
import { authorize } from "../../audit/service"
import * as store from "../store"
import { currentBranch } from "./refs"
import { text, type WorkDeps } from "./run"
import type { Repository } from "./schema"

const KNOWN_MAX = 200

/** A known repository's checkout, or one of its worktrees. */
export type Place = {
  /** The root of the directory that was asked for. */
  dir: string
  /** The root of the user's own checkout. */
  repo: string
  /** The directory with refs and objects. */
  common: string
}

/** Lists the repository of the start directory first, then the others, newest use first. */
export async function listRepositories(deps: WorkDeps): Promise<Repository[]> {
  const roots = await knownRoots(deps)
  return Promise.all(roots.map(async (path) => ({ path, branch: await currentBranch(deps, path) })))
}

/** Adds a repository to the list. Throws RepositoryNotFoundError, and what `authorize` throws. */
export async function addRepository(deps: WorkDeps, dir: string, by: Actor): Promise<Repository> {
  const path = await rootOf(deps, dir)
  if (!path) throw notFound(dir, `${dir} is not in a git repository with a work tree.`)
  await deps.db.transaction(async (db) => {
    const details = { add_repository: path }
    await authorize({ ...deps, db }, by, { action: "change_settings", details })
    await store.putRepository(db, path)
  })
  return { path, branch: await currentBranch(deps, path) }
}

/**
 * Finds a known repository, the first one by default, or one of its worktrees. Throws
 * RepositoryNotFoundError.
 */
export async function requirePlace(deps: WorkDeps, dir: string | undefined): Promise<Place> {
  const known = await knownRoots(deps)
  const root = dir === undefined ? known[0] : await rootOf(deps, dir)
  const asked = dir ?? deps.config.startDirectory
  if (!root) throw notFound(asked, `${asked} is not in a git repository with a work tree.`)
  const common = await commonOf(deps, root)
  for (const repo of known) {
    if (repo === root || (await commonOf(deps, repo)) === common) return { dir: root, repo, common }
  }
  const help = "Add it with POST /api/git/repositories, or start Amelia there."
  throw notFound(asked, `${asked} is not one of Amelia's repositories. ${help}`)
}

async function knownRoots(deps: WorkDeps): Promise<string[]> {
  const rows = await store.listRepositories(deps.db, KNOWN_MAX)
  const paths = [deps.config.startDirectory, ...rows.map(({ path }) => path)]
  const roots = await Promise.all(paths.map((path) => rootOf(deps, path)))
  return [...new Set(roots.filter((root) => root !== undefined))]
}

async function rootOf({ config }: WorkDeps, dir: string): Promise<string | undefined> {
  const real = await realpath(dir).catch(() => undefined)
  return real && workTreeOf(real, config.programEnv)
}

async function commonOf(deps: WorkDeps, dir: string): Promise<string> {
  const args = ["rev-parse", "--path-format=absolute", "--git-common-dir"] as const
  return (await text(deps, dir, [...args])).trim()
}

function notFound(repo: string, sentence: string): AppError {
  return new AppError("RepositoryNotFoundError", sentence, { repo })
}
