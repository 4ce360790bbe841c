import { constants } from "node:fs"
import { open, realpath } from "node:fs/promises"
import { dirname } from "node:path"
import type { Place } from "../work/repositories"
import { run, type WorkDeps } from "../work/run"
import type { Restored } from "../work/schema"
import { placeFor } from "../work/worktree-path"
import { requireRescue } from "./rescues"

const TIMEOUT_MS = 300_000
/** Files whose contents are in memory at a time. */
const BATCH = 100
const BATCH_BYTES_MAX = 3 * 1024 ** 3

/**
 * Makes a new worktree with everything that a rescue holds, at the commit that was checked out.
 * Throws NotFoundError, and ValidationError or GitConflictError for the path.
 */
export async function restoreRescue(
  deps: WorkDeps,
  { repo }: Place,
  id: string,
  path: string | undefined,
): Promise<Restored> {
  const { commit, head, index } = await requireRescue(deps, repo, id)
  const dir = await placeFor(deps, repo, path ?? { name: `rescue-${id}` })
  const limit = { timeout_ms: TIMEOUT_MS }
  const base = head ?? commit
  const flags = ["--quiet", "--no-checkout", "--detach"]
  await run(deps, repo, ["worktree", "add", ...flags, dir, base], limit)
  await run(deps, dir, ["read-tree", "--reset", "-u", commit], limit)
  await writeExactly(deps, dir, base, commit)
  await run(deps, dir, ["read-tree", index ?? base], limit)
  return { path: dir, head: base, rescue: id }
}

/** Writes the rescued files again as they were: git's checkout may have changed their line ends. */
async function writeExactly(deps: WorkDeps, dir: string, base: string, commit: string) {
  const listed =
    base === commit
      ? await run(deps, dir, ["ls-tree", "-r", "-z", commit])
      : await run(deps, dir, ["diff-tree", "-r", "-z", "--no-renames", "--raw", base, commit])
  const names = listed.toString("latin1")
  const files = base === commit ? inTree(names) : inDiff(names)
  for (let at = 0; at < files.length; at += BATCH) {
    await writeBatch(deps, dir, files.slice(at, at + BATCH))
  }
}

type File = { path: string; blob: string }
const isRegular = (mode: string) => mode.startsWith("100")

function inTree(listed: string): File[] {
  return listed.split("\0").flatMap((line) => {
    const tab = line.indexOf("\t")
    const [mode = "", , blob = ""] = line.slice(0, tab).split(" ")
    return isRegular(mode) ? [{ blob, path: line.slice(tab + 1) }] : []
  })
}

function inDiff(listed: string): File[] {
  const fields = listed.split("\0")
  const files: File[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode = "", , blob = ""] = (fields[at] ?? "").split(" ")
    if (isRegular(mode)) files.push({ blob, path: fields[at + 1] ?? "" })
  }
  return files
}

async function writeBatch(deps: WorkDeps, dir: string, files: File[]): Promise<void> {
  const stdin = files.map(({ blob }) => `${blob}\n`).join("")
  const options = { stdin, timeout_ms: TIMEOUT_MS, bytes_max: BATCH_BYTES_MAX }
  const output = await run(deps, dir, ["cat-file", "--batch"], options)
  const root = Buffer.from(await realpath(dir))
  let at = 0
  for (const { path } of files) {
    const end = output.indexOf("\n", at)
    const size = Number(output.subarray(at, end).toString().split(" ")[2])
    const bytes = output.subarray(end + 1, end + 1 + size)
    at = end + 1 + size + 1
    await overwrite(root, Buffer.from(path, "latin1"), bytes)
  }
}

/** Writes a file that git has just checked out. Follows no link, so it stays inside. */
async function overwrite(root: Buffer, path: Buffer, bytes: Uint8Array): Promise<void> {
  const place = Buffer.concat([root, Buffer.from("/"), path])
  const directory = Buffer.from(dirname(place.toString("latin1")), "latin1")
  const real = await realpath(directory, { encoding: "buffer" })
  if (!real.equals(directory)) return
  const file = await open(place, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW)
  try {
    await file.writeFile(bytes)
  } finally {
    await file.close()
  }
}
