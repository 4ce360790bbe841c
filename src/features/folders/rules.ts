import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import ignore, { type Ignore } from "ignore"
import { readRegular } from "./read"

/** The patterns of a `.gitignore`, which apply below its directory. */
export type Rules = { directory: string; patterns: Ignore }

const FILE_MAX_BYTES = 1024 ** 2
/** A pattern with n stars takes time O(length^n), and its author may be hostile. */
const STARS_OF_PART_MAX = 3
const never: ReadonlySet<string> = new Set([".git", "node_modules"])

/** Reads the rules of all directories above a folder, up to the top of its repository, if any. */
export async function rulesAbove(folder: string): Promise<Rules[]> {
  const above: string[] = []
  let directory = folder
  while (!existsSync(join(directory, ".git"))) {
    const parent = dirname(directory)
    if (parent === directory) return []
    above.unshift(parent)
    directory = parent
  }
  const own = await readRules(directory, join(directory, ".git/info/exclude"))
  const files = await Promise.all(above.map((it) => readRules(it)))
  return [...own, ...files.flat()]
}

async function readRules(
  directory: string,
  file = join(directory, ".gitignore"),
): Promise<Rules[]> {
  // Like git, ignores a file that can't be read.
  const read = await readRegular(file, FILE_MAX_BYTES).catch(() => undefined)
  if (!read) return []
  const lines = new TextDecoder().decode(read.bytes).split(/\r?\n/)
  const patterns = ignore({ ignoreCase: process.platform === "darwin" })
  return [{ directory, patterns: patterns.add(lines.filter(isTame)) }]
}

/** True if git would ignore this path. The deepest matching rules decide. */
export function isIgnored(rules: Rules[], path: string, isDirectory: boolean): boolean {
  if (never.has(path.slice(path.lastIndexOf("/") + 1))) return true
  for (const each of rules.toReversed()) {
    const { ignored, unignored } = verdict(each, path, isDirectory)
    if (ignored || unignored) return ignored
  }
  return false
}

/** Returns the rules that apply inside a directory: its own, and those that don't ignore it. */
export async function rulesInside(rules: Rules[], directory: string): Promise<Rules[]> {
  const still = rules.filter((each) => !verdict(each, directory, true).ignored)
  return [...still, ...(await readRules(directory))]
}

function verdict({ directory, patterns }: Rules, path: string, isDirectory: boolean) {
  const below = path.slice(directory.length + 1)
  return below === ""
    ? { ignored: false, unignored: false }
    : patterns.test(isDirectory ? `${below}/` : below)
}

function isTame(line: string): boolean {
  return line.split("/").every((part) => {
    const stars = part.replaceAll(/\*{2,}/g, "*").split("*").length - 1
    return stars <= STARS_OF_PART_MAX
  })
}
