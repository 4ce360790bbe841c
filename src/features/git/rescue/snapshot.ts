import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { AppError } from "../../../platform/errors"
import { withCopyOf, withIndexCopy } from "../work/diff"
import { currentBranch, NO_COMMIT } from "../work/refs"
import { fieldsOf, maybe, result, run, text, type WorkDeps } from "../work/run"
import { findFiles, requireRoom, smallOnes, storeRaw } from "./raw-files"
import { nextRef, type RescueNote } from "./rescues"

const TIMEOUT_MS = 300_000
const REFLOG_MAX = 1_000
const ATTEMPTS = 20
const HASH = /^[0-9a-f]{40,64}$/
/** A branch that is deleted had its commits checked out in worktrees, which have their own rescues. */
const NO_REFLOG = "/dev/null"
/** Mode of a submodule's commit. */
const SUBMODULE = "160000"

type Why = { reason: string; run?: string }
type Source = {
  repo: string
  path: string
  branch: string | null
  /** How HEAD is called from `repo`. */
  headName: string
  /** Where its reflog is. */
  gitDir: string
}

/**
 * Keeps all that a worktree holds under `refs/amelia/rescue`: tracked and new files by their exact
 * bytes, small ignored files, the index, HEAD, and commits that only its reflog has. Changes nothing
 * else. Returns the rescue's id. Throws GitConflictError for what it can't keep.
 */
export async function rescueWorktree(
  deps: WorkDeps,
  repo: string,
  path: string,
  why: Why,
): Promise<string> {
  const branch = await currentBranch(deps, path)
  const gitDir = (await text(deps, path, ["rev-parse", "--absolute-git-dir"])).trim()
  const source = { repo: path, path, branch, headName: "HEAD", gitDir }
  return withIndexCopy(deps, path, async (indexFile) => {
    const index = await treeOf(deps, path, indexFile)
    const skipped = await addEverything(deps, path, indexFile)
    const tree = await treeOf(deps, path, indexFile)
    if (!tree) throw new AppError("GitConflictError", `${path} can't be kept.`, { path })
    return keep(deps, repo, source, { tree, index, skipped }, why)
  })
}

/** Keeps what git still knows about a worktree whose directory is gone: its index and commits. */
export async function rescueVanished(
  deps: WorkDeps,
  repo: string,
  gone: { path: string; branch: string | null; gitDir: string; name: string },
  why: Why,
): Promise<string> {
  const headName = `worktrees/${gone.name}/HEAD`
  return withCopyOf(`${gone.gitDir}/index`, async (indexFile) => {
    const index = await treeOf(deps, repo, indexFile)
    const tree = index ?? (await emptyTree(deps, repo))
    return keep(deps, repo, { ...gone, repo, headName }, { tree, index, skipped: 0 }, why)
  })
}

/** Keeps a branch's commit, before the branch is deleted. */
export async function rescueBranch(
  deps: WorkDeps,
  repo: string,
  branch: string,
  why: Why,
): Promise<string> {
  const headName = `refs/heads/${branch}`
  const tree = (await text(deps, repo, ["rev-parse", `${headName}^{tree}`])).trim()
  const parts = { tree, index: undefined, skipped: 0 }
  return keep(deps, repo, { repo, path: repo, branch, headName, gitDir: NO_REFLOG }, parts, why)
}

/** Returns undefined if the index has conflicts: then it is no tree. */
async function treeOf(deps: WorkDeps, dir: string, indexFile: string) {
  const options = { indexFile, codes: [0, 128] }
  const { stdout, code } = await result(deps, dir, ["write-tree"], options)
  return code === 0 ? stdout.toString().trim() : undefined
}

async function emptyTree(deps: WorkDeps, repo: string): Promise<string> {
  const args = ["hash-object", "-t", "tree", "-w", "--stdin"] as const
  return (await text(deps, repo, [...args], { stdin: "" })).trim()
}

/** Adds the exact bytes of all files to a copy of the index. Returns the number left out. */
async function addEverything(deps: WorkDeps, dir: string, indexFile: string): Promise<number> {
  const list = async (args: Parameters<typeof run>[2]) =>
    fieldsOf((await run(deps, dir, args, { indexFile })).toString("latin1"))
  const [touched, gone] = await touchedFiles(list)
  const fresh = await list(["ls-files", "-z", "--others", "--exclude-standard"])
  const ignored = await list(["ls-files", "-z", "--others", "--ignored", "--exclude-standard"])
  const nested = [...fresh, ...ignored].filter((path) => path.endsWith("/"))
  refuseNested(dir, [...nested, ...(await filledSubmodules(dir, list))])
  const kept = await findFiles(dir, [...touched, ...fresh])
  const candidates = await findFiles(dir, ignored)
  const small = smallOnes(candidates)
  requireRoom(dir, kept)
  const files = [...kept, ...small]
  const there = new Set(files.map(({ path }) => path))
  const removed = [...gone, ...touched].filter((path) => !there.has(path))
  const stdin = removals(removed) + (await storeRaw(deps, dir, files))
  const update = ["update-index", "-z", "--index-info"] as const
  if (stdin) {
    const input = Buffer.from(stdin, "latin1")
    await run(deps, dir, [...update], { indexFile, stdin: input, timeout_ms: TIMEOUT_MS })
  }
  return candidates.length - small.length
}

function removals(paths: string[]): string {
  return paths.map((path) => `0 ${NO_COMMIT}\t${path}\0`).join("")
}

type List = (args: Parameters<typeof run>[2]) => Promise<string[]>

/**
 * Returns tracked files that may differ from HEAD's, and those that are gone. Includes those that git
 * was told not to look at.
 */
async function touchedFiles(list: List): Promise<[string[], string[]]> {
  const touched: string[] = []
  const gone: string[] = []
  const raw = await list(["diff-files", "--raw", "-z", "--no-renames"])
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [before = "", , , , letter] = (raw[at] ?? "").slice(1).split(" ")
    const path = raw[at + 1] ?? ""
    if (letter === "D") gone.push(path)
    else if (before !== SUBMODULE) touched.push(path)
  }
  const unmerged = await list(["ls-files", "-z", "--unmerged"])
  touched.push(...unmerged.map((it) => it.slice(it.indexOf("\t") + 1)))
  const flagged = (await list(["ls-files", "-z", "-v"])).filter((it) => /^[a-zS] /.test(it))
  // A file that git was told to skip is usually not there, which means nothing.
  touched.push(...flagged.filter((it) => !it.startsWith("S ")).map((it) => it.slice(2)))
  return [touched, gone]
}

/** Returns the submodules that have files. Git sees only which commit one is at. */
async function filledSubmodules(dir: string, list: List): Promise<string[]> {
  const staged = await list(["ls-files", "-z", "--stage"])
  const modules = staged.filter((line) => line.startsWith(SUBMODULE))
  const paths = modules.map((line) => line.slice(line.indexOf("\t") + 1))
  const files = paths.map((path) => readdir(join(dir, Buffer.from(path, "latin1").toString())))
  const found = await Promise.allSettled(files)
  return paths.filter((_, nth) => {
    const names = found[nth]
    return names?.status === "fulfilled" && names.value.length > 0
  })
}

function refuseNested(dir: string, nested: string[]): void {
  if (nested.length === 0) return
  const names = nested.slice(0, 5).map((path) => Buffer.from(path, "latin1").toString())
  const sentence = `${dir} contains other repositories, which a rescue can't hold: ${names.join(", ")}. Move them elsewhere, then try again.`
  throw new AppError("GitConflictError", sentence, { path: dir, repositories: names })
}

type Parts = { tree: string; index: string | undefined; skipped: number }

async function keep(
  deps: WorkDeps,
  repo: string,
  { path, branch, headName, gitDir, repo: at }: Source,
  { tree, index, skipped }: Parts,
  { reason, run: runId = "manual" }: Why,
): Promise<string> {
  const quiet = ["--verify", "--quiet", `${headName}^{commit}`]
  const head = (await maybe(deps, at, ["rev-parse", ...quiet]))?.trim() ?? null
  const logged = await onlyInReflog(deps, at, gitDir, head)
  const note: RescueNote = { reason, path, branch, head, index: index ?? null, skipped }
  const parents = [...(head ? [head] : []), ...logged]
  if (index) parents.push(await writeCommit(deps, repo, index, [], "Index"))
  const subject = `Rescue before: ${reason}`
  const text = `${subject}\n\n${JSON.stringify(note)}`
  const commit = await writeCommit(deps, repo, tree, parents, text)
  for (let attempt = 1; ; attempt++) {
    const { id, ref } = await nextRef(deps, repo, runId)
    const created = await maybe(deps, repo, ["update-ref", ref, commit, NO_COMMIT])
    if (created !== undefined) return id
    // Another rescue took the number first.
    if (attempt === ATTEMPTS) {
      const sentence = `The rescue ${ref} can't be written. Try again.`
      throw new AppError("GitConflictError", sentence, { repo, ref })
    }
  }
}

/** Commits that were reset or amended away, which are lost with the worktree's reflog. */
async function onlyInReflog(
  deps: WorkDeps,
  dir: string,
  gitDir: string,
  head: string | null,
): Promise<string[]> {
  // Git reads no reflog of a HEAD whose branch is gone, and that is all that has its commits.
  const log = await readFile(join(gitDir, "logs/HEAD"), "utf8").catch(() => "")
  const entries = log.split("\n").slice(-REFLOG_MAX)
  const hashes = entries.flatMap((line) => line.split(" ", 2)).filter((it) => HASH.test(it))
  if (hashes.length === 0) return []
  const stdin = [...new Set(hashes)].map((it) => `${it}\n`).join("")
  const checked = await text(deps, dir, ["cat-file", "--batch-check"], { stdin })
  const commits = checked.split("\n").flatMap((line) => /^(\S+) commit /.exec(line)?.[1] ?? [])
  if (commits.length === 0) return []
  const known = [...(head ? [head] : []), "--glob=refs/amelia/rescue/*"]
  const lost = new Set(
    (await text(deps, dir, ["rev-list", ...commits, "--not", ...known])).split("\n"),
  )
  return commits.filter((commit) => lost.has(commit))
}

/** Writes a commit that needs no name from the user's configuration. */
async function writeCommit(
  deps: WorkDeps,
  repo: string,
  tree: string,
  parents: string[],
  message: string,
): Promise<string> {
  const who = `Amelia <amelia@localhost> ${Math.floor(Date.now() / 1000)} +0000`
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    ...[`author ${who}`, `committer ${who}`, "", message, ""],
  ]
  const args = ["hash-object", "-t", "commit", "-w", "--stdin"] as const
  return (await text(deps, repo, [...args], { stdin: lines.join("\n") })).trim()
}
