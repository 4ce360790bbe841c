import { copyFile, mkdtemp, rm, stat, utimes } from "node:fs/promises"
import { tmpdir } from "node:os"
import { isAbsolute, join } from "node:path"
import { AppError, invalid } from "../../../platform/errors"
import { pageOf } from "./diff-pages"
import { parsePatch, readChanges, type Section } from "./diff-parse"
import { commitOf } from "./refs"
import type { Place } from "./repositories"
import { fieldsOf, LONG_MS, run, text, type WorkDeps } from "./run"
import type { Diff, DiffQuery } from "./schema"

const PATCH_BYTES_MAX = 64 * 1024 ** 2

/**
 * Compares two commits, or the working tree with a commit (default: HEAD), new files included. Throws
 * InvalidGitRefError and FileTooLargeError.
 */
export async function readDiff(
  deps: WorkDeps,
  { dir }: Place,
  { from = "HEAD", to, path, page }: Omit<DiffQuery, "repo">,
): Promise<Diff> {
  const pathspec = path === undefined ? [] : [literal(path)]
  const commits = [await commitOf(deps, dir, from)]
  if (to !== undefined) commits.push(await commitOf(deps, dir, to))
  const what = [...commits, "--", ...pathspec]
  if (to !== undefined) return compare(deps, dir, what, page)
  return withNewFiles(deps, dir, (indexFile) => compare(deps, dir, what, page, indexFile))
}

async function compare(
  deps: WorkDeps,
  dir: string,
  what: string[],
  page: number,
  indexFile?: string,
): Promise<Diff> {
  const options = {
    timeout_ms: LONG_MS,
    bytes_max: PATCH_BYTES_MAX,
    ...(indexFile && { indexFile }),
  }
  const flags = ["--find-renames", "--src-prefix=a/", "--dst-prefix=b/", "--no-color"]
  const listed = await text(
    deps,
    dir,
    ["diff", "--raw", "--numstat", "-z", ...flags, ...what],
    options,
  )
  const changes = readChanges(listed)
  const args = ["--patch", "--no-indent-heuristic", "--unified=3", "--inter-hunk-context=0"]
  const patch = await text(deps, dir, ["diff", ...args, ...flags, ...what], options)
  const sections: Section[] = parsePatch(patch)
  const expected = changes.reduce((count, { sections }) => count + sections, 0)
  if (sections.length !== expected) {
    const sentence = "The files changed while they were compared. Try again."
    throw new AppError("ConcurrentModificationError", sentence, { repo: dir, help: sentence })
  }
  let at = 0
  const files = changes.map(({ file, sections: count }) => {
    const own = sections.slice(at, at + count)
    at += count
    const hunks = own.flatMap((section) => section.hunks)
    return { ...file, hunks }
  })
  return pageOf(files, page)
}

/** A path from the root, taken as it is written. */
function literal(path: string): string {
  const isInside = !isAbsolute(path) && !path.split("/").includes("..")
  if (!isInside) throw invalid("path", "It must be a path inside the repository.", { path })
  return `:(top,literal)${path}`
}

/** Calls `work` with a copy of the index to which new files are added by their names only. */
async function withNewFiles<T>(
  deps: WorkDeps,
  dir: string,
  work: (indexFile: string) => Promise<T>,
): Promise<T> {
  return withIndexCopy(deps, dir, async (indexFile) => {
    const listed = await text(deps, dir, ["ls-files", "-z", "--others", "--exclude-standard"])
    // A nested repository ends in a slash, and is none of this one's files.
    const added = fieldsOf(listed).filter((path) => !path.endsWith("/"))
    const stdin = added.map((path) => `:(literal)${path}\0`).join("")
    const from = ["--pathspec-from-file=-", "--pathspec-file-nul"]
    if (added.length > 0) {
      await run(deps, dir, ["add", "--intent-to-add", ...from], { indexFile, stdin })
    }
    return work(indexFile)
  })
}

/** Calls `work` with a copy of a working tree's index, and removes the copy. */
export async function withIndexCopy<T>(
  deps: WorkDeps,
  dir: string,
  work: (indexFile: string) => Promise<T>,
): Promise<T> {
  const args = ["--path-format=absolute", "--git-path", "index"]
  const own = (await text(deps, dir, ["rev-parse", ...args])).replace(/\n$/, "")
  return withCopyOf(own, work)
}

export async function withCopyOf<T>(
  index: string,
  work: (indexFile: string) => Promise<T>,
): Promise<T> {
  const place = await mkdtemp(join(tmpdir(), "amelia-index-"))
  try {
    const copy = join(place, "index")
    // A repository without a commit may have no index yet.
    const info = await stat(index).catch((error) => {
      if (error.code !== "ENOENT") throw error
    })
    if (info) {
      await copyFile(index, copy)
      // Git looks into files that are as new as the index: they may have changed since it was written.
      await utimes(copy, info.atime, info.mtime)
    }
    return await work(copy)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}
