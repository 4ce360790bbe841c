import { lstat, realpath } from "node:fs/promises"
import { join } from "node:path"
import { isIn } from "../files/is-in"
import type { Environment } from "../home/home"
import { type GitArguments, GitError, git } from "./run"

/**
 * Returns the root of a directory's work tree. Returns undefined outside a work tree, without git,
 * and for a repository that claims a directory not its own (core.worktree).
 */
export async function workTreeOf(dir: string, env: Environment): Promise<string | undefined> {
  const root = (await answer(dir, env, ["rev-parse", "--show-toplevel"]))?.slice(0, -1)
  if (!root || !isIn(await realpath(dir), root)) return undefined
  const places = [dir, root].map((at) => answer(at, env, ["rev-parse", "--absolute-git-dir"]))
  const [own, found] = await Promise.all(places)
  return own === found ? root : undefined
}

/** The commit, and the state of each file that differs from it, by path from the root. */
type TreeState = { root: string; head: string; files: Map<string, string> }

/** A file's state changes whenever the file is written. */
export async function stateOf(dir: string, env: Environment): Promise<TreeState> {
  const root = await workTreeOf(dir, env)
  if (!root) return { root: dir, head: "", files: new Map() }
  const head = (await answer(root, env, ["rev-parse", "--verify", "HEAD"]))?.trim() ?? ""
  const listed = await answer(root, env, ["status", "--porcelain", "-z", "--no-renames", "-uall"])
  const files = await Promise.all(
    split(listed).map(async (entry): Promise<[string, string]> => {
      const path = entry.slice(3)
      const { mtimeMs = 0, size = 0 } = (await lstat(join(root, path)).catch(() => undefined)) ?? {}
      return [path, `${entry.slice(0, 2)} ${mtimeMs} ${size}`]
    }),
  )
  return { root, head, files: new Map(files) }
}

/** Returns the sorted paths that changed since a state, including changes by commits. */
export async function changedSince(before: TreeState, env: Environment): Promise<string[]> {
  const { root, head } = before
  const now = await stateOf(root, env)
  const paths = new Set([...before.files.keys(), ...now.files.keys()])
  const changed = [...paths].filter((path) => before.files.get(path) !== now.files.get(path))
  if (head === now.head) return changed.sort()
  // Git's hash of the empty tree.
  const empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
  const between = await answer(root, env, ["diff", "--name-only", "-z", head || empty, now.head])
  return [...new Set([...changed, ...split(between)])].sort()
}

function split(listed: string | undefined): string[] {
  return (listed ?? "").split("\0").filter(Boolean)
}

/** Returns git's output, or undefined if git fails. */
async function answer(dir: string, env: Environment, args: GitArguments) {
  try {
    return (await git(dir, env, args)).stdout.toString()
  } catch (error) {
    if (error instanceof GitError) return undefined
    throw error
  }
}
