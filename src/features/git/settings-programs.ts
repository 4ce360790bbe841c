import { statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { isIn } from "../../platform/files/is-in"
import { type FoundFile, parseSettings } from "./settings-json"

/**
 * Returns the files and plugin directories of a repository that a settings file mentions anywhere,
 * such as scripts/lint.sh in a command. Doesn't follow what those start in turn.
 */
export function programsIn(file: FoundFile, root: string): string[] {
  const words = stringsIn(parseSettings(file)).flatMap((text) => [
    ...text.split(/["']/),
    ...text.replace(/["']/g, "").split(/[\s`;|&()<>=,]+/),
  ])
  const own = dirname(resolve(root, file.path))
  const paths = words.flatMap((word) => {
    const plain = word.replace(/^\$\{?CLAUDE_PROJECT_DIR\}?\/*/, "")
    return [root, own, dirname(own)].map((place) => resolve(place, plain))
  })
  return [...new Set(paths)].filter((path) => isIn(path, root) && (isFile(path) || isPlugin(path)))
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value]
  if (typeof value !== "object" || value === null) return []
  return Object.values(value).flatMap(stringsIn)
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

function isPlugin(path: string): boolean {
  const dir = statSync(join(path, ".claude-plugin"), { throwIfNoEntry: false })
  return dir?.isDirectory() ?? false
}
