import { readFile, stat } from "node:fs/promises"
import { AppError, messageOf } from "../errors"
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

export function parseEnv(text: string): Omit<EnvFile, "warnings"> {
  const values: Record<string, string> = {}
  const wrongLines: number[] = []
  for (const [index, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line)
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
