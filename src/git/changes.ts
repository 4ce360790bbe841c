import { stat } from "node:fs/promises"
import { join } from "node:path"

type Environment = Record<string, string>

/** What git is given for anything that is no clone, diff or merge. */
const TIMEOUT_MS = 30_000

/** Whether a directory lies in a git work tree; false as well where there is no git. */
export async function isWorkTree(dir: string, env: Environment): Promise<boolean> {
  return (await git(dir, env, "rev-parse", "--is-inside-work-tree")) === "true\n"
}

/** How a work tree stands: its commit, and what differs from that, by path from its root. */
export type TreeState = { root: string; head: string; files: Map<string, string> }

/** Two states of a file differ in their texts if it was written in between. */
export async function stateOf(dir: string, env: Environment): Promise<TreeState> {
  const root = (await git(dir, env, "rev-parse", "--show-toplevel"))?.trimEnd() ?? dir
  const head = (await git(root, env, "rev-parse", "--verify", "HEAD"))?.trim() ?? ""
  const listed = await git(root, env, "status", "--porcelain", "-z", "--no-renames", "-uall")
  const files = await Promise.all(
    split(listed).map(async (entry): Promise<[string, string]> => {
      const path = entry.slice(3)
      const { mtimeMs = 0, size = 0 } = (await stat(join(root, path)).catch(() => undefined)) ?? {}
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
  const between = await git(root, env, "diff", "--name-only", "-z", head || empty, now.head)
  return [...new Set([...changed, ...split(between)])].sort()
}

function split(listed: string | undefined): string[] {
  return (listed ?? "").split("\0").filter(Boolean)
}

/** What git answers; undefined if it refuses. It runs no program that the repository names. */
async function git(dir: string, env: Environment, ...args: string[]): Promise<string | undefined> {
  try {
    const argv = ["git", "-C", dir, "-c", "core.fsmonitor=false", ...args]
    const child = Bun.spawn(argv, {
      env: { ...env, GIT_OPTIONAL_LOCKS: "0" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: TIMEOUT_MS,
    })
    const text = await new Response(child.stdout).text()
    return (await child.exited) === 0 ? text : undefined
  } catch {
    return undefined
  }
}
