import { hash } from "node:crypto"
import { lstat, mkdir, readdir, realpath } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { AppError, invalid } from "../../../platform/errors"
import { isIn } from "../../../platform/files/is-in"
import type { WorkDeps } from "./run"

/**
 * Returns a free path inside GIT_WORKTREE_DIR, given whole or by a name for the default place. Throws
 * ValidationError for a path outside, and GitConflictError if something is there.
 */
export async function placeFor(
  deps: WorkDeps,
  repo: string,
  wanted: string | { name: string },
): Promise<string> {
  return freePath(deps, typeof wanted === "string" ? wanted : defaultPath(deps, repo, wanted.name))
}

function defaultPath({ config }: WorkDeps, repo: string, branch: string): string {
  const id = hash("sha256", repo).slice(0, 8)
  return join(config.gitWorktreeDir, `${basename(repo)}-${id}`, branch)
}

/** Returns the real path, which is inside GIT_WORKTREE_DIR and where nothing is yet. */
async function freePath({ config }: WorkDeps, given: string): Promise<string> {
  await mkdir(config.gitWorktreeDir, { recursive: true })
  const top = await realpath(config.gitWorktreeDir)
  const lexical = resolve(given)
  const lexicalTop = resolve(config.gitWorktreeDir)
  if (!isIn(lexical, lexicalTop) && !isIn(lexical, top)) throw outside(given, top)
  const path = await realOf(lexical)
  if (path === top || !isIn(path, top)) throw outside(given, top)
  for (let at = dirname(path); at !== top; at = dirname(at)) {
    if (!(await exists(join(at, ".git")))) continue
    throw new AppError("GitConflictError", `${path} would be inside the worktree ${at}.`, { path })
  }
  if (await isFilled(path)) {
    const sentence = `There is something at ${path} already: choose another path.`
    throw new AppError("GitConflictError", sentence, { path })
  }
  await mkdir(dirname(path), { recursive: true })
  return path
}

function outside(path: string, top: string): AppError {
  return invalid("path", `Worktrees are made inside ${top}: choose a path there.`, { path })
}

/** Resolves the links in the part of a path that exists. */
async function realOf(path: string): Promise<string> {
  const found = await realpath(path).catch(() => undefined)
  if (found) return found
  // A link that leads nowhere is taken as what it says, and so is found to be filled.
  return join(await realOf(dirname(path)), basename(path))
}

async function isFilled(path: string): Promise<boolean> {
  const names = await readdir(path).catch(() => undefined)
  return names ? names.length > 0 : exists(path)
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}
