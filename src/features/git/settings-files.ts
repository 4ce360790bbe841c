import type { Dirent } from "node:fs"
import { readdir, readFile, realpath, stat } from "node:fs/promises"
import { basename, dirname, join, relative } from "node:path"
import { isIn } from "../../platform/files/is-in"
import { type FoundFile, isSettings, parseSettings } from "./settings-json"
import { programsIn } from "./settings-programs"

const FILES_MAX = 1000
const BYTES_MAX = 20 * 1024 ** 2
const ENTRIES_MAX = 500_000

/** Folders that Claude Code writes in .claude and never runs. They may still contain settings. */
const ownNotes = /^(worktrees|plans|agent-memory|agent-memory-local)$/
const instructionNames = ["CLAUDE.md", "CLAUDE.local.md", "AGENTS.md"]

export type FoundSettings = { files: FoundFile[]; instructions: string[]; problems: string[] }

/**
 * Finds everything in a work tree that can make Claude Code run something: `.claude` directories
 * and `.mcp.json` files at any depth, since it looks for skills wherever it reads files, `.mcp.json`
 * above the root, where it looks too, and the programs that these files name.
 */
export async function findSettings(root: string, userDir: string): Promise<FoundSettings> {
  const search = new Search(root, await realpath(userDir).catch(() => userDir))
  await search.walk(root)
  for (let dir = dirname(root); dir !== dirname(dir); dir = dirname(dir)) await search.above(dir)
  for (const file of [...search.files.values()].filter(({ path }) => isSettings(path))) {
    if (parseSettings(file) === undefined) search.refuse(`${file.path} is not valid JSON.`)
    for (const program of programsIn(file, root)) await search.addAll(program)
  }
  const names = (await readdir(root)).filter((name) => instructionNames.includes(name))
  const files = [...search.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
  return { files, instructions: names.sort(), problems: [...search.problems].sort() }
}

/** Ignores case: on some file systems .Claude is the same directory. */
function isClaude(path: string): boolean {
  return basename(path).toLowerCase() === ".claude"
}

class Search {
  /** By displayed path. */
  readonly files = new Map<string, FoundFile>()
  readonly problems = new Set<string>()
  private entries = 0
  private bytes = 0

  constructor(
    private readonly root: string,
    /** The user's own settings directory, which may be inside a repository. */
    private readonly userDir: string,
  ) {}

  async walk(dir: string): Promise<void> {
    for (const entry of await this.list(dir)) {
      const path = join(dir, entry.name)
      if (isClaude(path) || entry.name.toLowerCase() === ".mcp.json") await this.addAll(path)
      else if (entry.isDirectory() && entry.name !== ".git") await this.walk(path)
    }
  }

  /** Adds a file, or all files of a directory. Follows links, but not in circles. */
  async addAll(path: string, around: string[] = []): Promise<void> {
    const shown = relative(this.root, path)
    const real = await realpath(path).catch(() => undefined)
    if (real === undefined || real === this.userDir || around.includes(real)) return
    if (!isIn(real, this.root)) return this.refuse(`${shown} leads out of the repository.`)
    if (!(await stat(real)).isDirectory()) return this.add(shown, real)
    for (const { name } of await this.list(real)) {
      const isNote = around.length === 0 && isClaude(path) && ownNotes.test(name)
      if (isNote) await this.walk(join(path, name))
      else await this.addAll(join(path, name), [...around, real])
    }
  }

  /** Adds the `.mcp.json` of a directory above the root. May be a link, as it isn't the repo's. */
  async above(dir: string): Promise<void> {
    const path = join(dir, ".mcp.json")
    const isThere = await stat(path).catch(() => undefined)
    if (isThere) await this.add(path, path)
  }

  refuse(problem: string): void {
    this.problems.add(problem)
  }

  private async add(shown: string, path: string): Promise<void> {
    if (this.files.has(shown)) return
    const found = await stat(path)
    if (!found.isFile()) return this.refuse(`${shown} is not a file.`)
    this.bytes += found.size
    if (this.bytes > BYTES_MAX) return this.refuse("The settings are larger than 20 MB.")
    if (this.files.size >= FILES_MAX) return this.refuse(`There are more than ${FILES_MAX} files.`)
    const bytes = await readFile(path).catch(() => undefined)
    if (!bytes) return this.refuse(`${shown} can't be read.`)
    this.files.set(shown, { path: shown, bytes })
  }

  private async list(dir: string): Promise<Dirent[]> {
    const entries = await readdir(dir, { withFileTypes: true }).catch(() => [])
    this.entries += entries.length
    if (this.entries <= ENTRIES_MAX) return entries
    this.refuse("The repository has too many files to search.")
    return []
  }
}
