import { existsSync } from "node:fs"
import { mkdir, readFile, realpath, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"

/** The parts of a repository that a sandboxed program can access; see `Policy`. */
type RepositoryAccess = { writable: string[]; readable: string[] }

/**
 * Returns what a program must be able to write to work in a directory's work tree and commit there.
 * Excludes the files that configure git's settings and hooks, because git outside obeys them.
 */
export async function repositoryAccess(directory: string): Promise<RepositoryAccess> {
  const root = workTreeOf(await realpath(directory))
  if (!root) return { writable: [directory], readable: [] }
  const dot = join(root, ".git")
  if ((await stat(dot)).isDirectory()) {
    // Otherwise the program could create it.
    await mkdir(join(dot, "hooks"), { recursive: true })
    // Listed separately, so that it can't be moved away and replaced.
    return { writable: [root, dot], readable: settingsIn(dot) }
  }
  const gitDirectory = await linkedDirectory(dot)
  if (!gitDirectory) return { writable: [root], readable: [dot] }
  if (basename(dirname(gitDirectory)) !== "worktrees") {
    return { writable: [root, gitDirectory], readable: [dot, ...settingsIn(gitDirectory)] }
  }
  const common = dirname(dirname(gitDirectory))
  const shared = ["objects", "refs", "logs", "reftable"].map((name) => join(common, name))
  const pointers = ["commondir", "gitdir", "config.worktree"].map((name) =>
    join(gitDirectory, name),
  )
  return { writable: [root, gitDirectory, ...shared], readable: [dot, ...pointers] }
}

function settingsIn(gitDirectory: string): string[] {
  return ["hooks", "config", "config.worktree"].map((name) => join(gitDirectory, name))
}

function workTreeOf(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at
    if (at === dirname(at)) return undefined
  }
}

/** Follows a `.git` file if its target points back or is a submodule. Others may be traps. */
async function linkedDirectory(dot: string): Promise<string | undefined> {
  const target = /^gitdir: (.+)$/m.exec(await readFile(dot, "utf8"))?.[1]
  const found = target && (await realpath(resolve(dirname(dot), target)).catch(() => undefined))
  if (!found || !(await stat(join(found, "HEAD")).catch(() => undefined))) return undefined
  if (found.includes("/.git/modules/")) return found
  const back = await readFile(join(found, "gitdir"), "utf8").catch(() => "")
  const isLinked = resolve(found, back.trim()) === dot
  return isLinked ? found : undefined
}
