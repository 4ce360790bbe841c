import { readFile, stat } from "node:fs/promises"
import { AppError, invalid, messageOf } from "../errors"
import { shellQuoted } from "../home/shell"

export type EnvFile = {
  values: Record<string, string>
  /** Lines, counted from 1, that are not empty, a comment or NAME=value. */
  wrongLines: number[]
  warnings: string[]
}

/**
 * Reads NAME=value lines, quoted or not, expanding nothing. Returns undefined if there is no file.
 * Throws ConfigurationError if it can't be read.
 */
export async function readEnvFile(path: string): Promise<EnvFile | undefined> {
  try {
    const { mode } = await stat(path)
    const parsed = parseEnv(await readFile(path, "utf8"))
    const open = process.platform !== "win32" && (mode & 0o077) !== 0
    return { ...parsed, warnings: open ? [openWarning(path)] : [] }
  } catch (cause) {
    if (/^(ENOENT|ENOTDIR)$/.test(`${(cause as NodeJS.ErrnoException).code}`)) return undefined
    const sentence = `Can't read the settings in ${path}: ${messageOf(cause)}`
    throw new AppError("ConfigurationError", sentence, { path }, { cause })
  }
}

function openWarning(path: string): string {
  return `Other users can read ${path}, which may contain keys. Run: chmod 600 ${shellQuoted(path)}`
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/

/** Returns the text of an env file with these values set, and everything else in it as it was. */
export function withValues(text: string, values: Record<string, string>): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n"
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === "") lines.pop()
  for (const [name, value] of Object.entries(values)) {
    const sets = (line: string) => {
      const found = assignment.exec(line)?.[1]?.toUpperCase()
      return found === name || found === `AMELIA_${name}`
    }
    const first = lines.findIndex(sets)
    const others = lines.filter((line, at) => at === first || !sets(line))
    lines.splice(0, lines.length, ...others)
    lines.splice(first < 0 ? lines.length : first, first < 0 ? 0 : 1, `${name}=${quoted(value)}`)
  }
  return lines.map((line) => line + end).join("")
}

/** Quotes a value if it would otherwise be read differently. */
function quoted(value: string): string {
  const ways = [value, `"${value}"`, `'${value}'`]
  const faithful = ways.find((way) => parseEnv(`X=${way}`).values.X === value)
  if (faithful === undefined) throw invalid("value", "An env file can't hold this value.")
  return faithful
}

export function parseEnv(text: string): Omit<EnvFile, "warnings"> {
  const values: Record<string, string> = {}
  const wrongLines: number[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const match = assignment.exec(line)
    if (match?.[1] === undefined) wrongLines.push(index + 1)
    else values[match[1]] = unquoted(match[2] ?? "")
  }
  return { values, wrongLines }
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*?)\1\s*(#.*)?$/.exec(value)
  if (quoted) return quoted[2] ?? ""
  return value.replace(/(^|\s+)#.*$/, "")
}
