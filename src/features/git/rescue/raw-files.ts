import { lstat, readFile, readlink, realpath } from "node:fs/promises"
import { AppError } from "../../../platform/errors"
import { run, type WorkDeps } from "../work/run"

/** Largest content that one snapshot takes from files that git doesn't have yet. */
const BYTES_MAX = 2 * 1024 ** 3
const IGNORED_MAX = { file_bytes: 1024 ** 2, bytes: 64 * 1024 ** 2, files: 10_000 }
const TIMEOUT_MS = 300_000
/** Directories that a package manager or an interpreter fills again. */
const replaceable = /(^|\/)(node_modules|\.venv|venv|__pycache__)\//

/**
 * A file or link in a working tree. The path's bytes are latin1, because a file's name needn't be
 * UTF-8.
 */
export type Found = { path: string; mode: string; size: number }

/** Returns what is there of these paths: regular files and links, none of them through a link. */
export async function findFiles(root: string, paths: string[]): Promise<Found[]> {
  const inside = new Map<string, Promise<boolean>>()
  const found: Found[] = []
  for (const path of new Set(paths)) {
    const dir = path.slice(0, Math.max(0, path.lastIndexOf("/")))
    if (!inside.has(dir)) inside.set(dir, isPlainDirectory(root, dir))
    if (!(await inside.get(dir))) continue
    const info = await lstat(place(root, path)).catch(() => undefined)
    const executable = ((info?.mode ?? 0) & 0o100) !== 0
    const mode = executable ? "100755" : "100644"
    if (info?.isFile()) found.push({ path, mode, size: info.size })
    else if (info?.isSymbolicLink()) found.push({ path, mode: "120000", size: info.size })
  }
  return found
}

/** The path as bytes, as the disk has it. */
function place(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, "latin1")])
}

async function isPlainDirectory(root: string, dir: string): Promise<boolean> {
  if (dir === "") return true
  const expected = place(root, dir)
  const real = await realpath(expected, { encoding: "buffer" }).catch(() => undefined)
  return real?.equals(expected) ?? false
}

/** Chooses ignored files: small ones, and those near the root first. */
export function smallOnes(files: Found[]): Found[] {
  const depth = ({ path }: Found) => path.split("/").length
  let left = IGNORED_MAX.bytes
  const small = files.filter(
    ({ path, size }) => size <= IGNORED_MAX.file_bytes && !replaceable.test(path),
  )
  const chosen = small.sort((a, b) => depth(a) - depth(b)).slice(0, IGNORED_MAX.files)
  return chosen.filter(({ size }) => {
    left -= size
    return left >= 0
  })
}

/** Throws GitConflictError if a snapshot of these files would take too much room. */
export function requireRoom(root: string, files: Found[]): void {
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  if (bytes <= BYTES_MAX) return
  const [largest] = [...files].sort((a, b) => b.size - a.size)
  const name = Buffer.from(largest?.path ?? "", "latin1").toString()
  const sentence = `${root} has more new content than a rescue can hold, such as ${name}. Move or commit it, then try again.`
  throw new AppError("GitConflictError", sentence, { path: root, bytes })
}

/** Stores the files' exact bytes, and returns lines for `git update-index -z --index-info`. */
export async function storeRaw(deps: WorkDeps, root: string, files: Found[]): Promise<string> {
  // Git reads one path a line and follows links, so these go one by one.
  const isPlain = ({ path, mode }: Found) => mode !== "120000" && !/^"|[\n\r]/.test(path)
  const plain = files.filter(isPlain)
  const others = files.filter((file) => !isPlain(file))
  const options = { timeout_ms: TIMEOUT_MS }
  const raw = ["-w", "--no-filters"]
  const lines: string[] = []
  if (plain.length > 0) {
    const stdin = Buffer.from(plain.map(({ path }) => `${path}\n`).join(""), "latin1")
    const args = ["hash-object", ...raw, "--stdin-paths"] as const
    const hashes = (await run(deps, root, [...args], { ...options, stdin })).toString().split("\n")
    for (const [at, file] of plain.entries()) lines.push(entry(file, hashes[at] ?? ""))
  }
  for (const file of others) {
    const at = place(root, file.path)
    const isLink = file.mode === "120000"
    const stdin = isLink ? await readlink(at, { encoding: "buffer" }) : await readFile(at)
    const stored = await run(deps, root, ["hash-object", "-w", "--stdin"], { ...options, stdin })
    lines.push(entry(file, stored.toString().trim()))
  }
  return lines.join("")
}

function entry({ path, mode }: Found, hash: string): string {
  return `${mode} ${hash}\t${path}\0`
}
