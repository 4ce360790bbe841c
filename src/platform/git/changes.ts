import { lstat, realpath } from "node:fs/promises"
import { join } from "node:path"
import { isIn } from "../files/is-in"
import type { Environment } from "../home/home"
import { type GitArguments, GitError, git } from "./run"

/**
 * The root of the work tree that a directory lies in. Undefined outside of one, without git, and
 * for a repository whose configuration claims a directory that isn't its own (core.worktree).
 */
export async function workTreeOf(dir: string, env: Environment): Promise<string | undefined> {
  const root = (await answer(dir, env, ["rev-parse", "--show-toplevel"]))?.slice(0, -1)
  if (!root || !isIn(await realpath(dir), root)) return undefined
  const places = [dir, root].map((at) => answer(at, env, ["rev-parse", "--absolute-git-dir"]))
  const [own, found] = await Promise.all(places)
  return own === found ? root : undefined
}

/** How a work tree stands: its commit, and what differs from that, by path from its root. */
export type TreeState = { root: string; head: string; files: Map<string, string> }

/** Two states of a file differ in their texts if it was written in between. */
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

/** The paths that were changed since a state, by commits as well, in their order. */
export async function changedSince(before: TreeState, env: Environment): Promise<string[]> {
  const { root, head } = before
  const now = await stateOf(root, env)
  const paths = new Set([...before.files.keys(), ...now.files.keys()])
  const changed = [...paths].filter((path) => before.files.get(path) !== now.files.get(path))
  if (head === now.head) return changed.sort()
  // Git knows the tree without files by this name.
  const empty = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
  const between = await answer(root, env, ["diff", "--name-only", "-z", head || empty, now.head])
  return [...new Set([...changed, ...split(between)])].sort()
}

function split(listed: string | undefined): string[] {
  return (listed ?? "").split("\0").filter(Boolean)
}

/** What git writes; undefined if it fails. */
async function answer(dir: string, env: Environment, args: GitArguments) {
  try {
    return (await git(dir, env, args)).stdout.toString()
  } catch (error) {
    if (error instanceof GitError) return undefined
    throw error
  }
}
