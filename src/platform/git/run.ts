import { existsSync, realpathSync } from "node:fs"
import { join } from "node:path"
import { messageOf } from "../errors"
import type { Environment } from "../home/home"
import { descendantsOf, listProcesses } from "../processes/processes"
import {
  type Command,
  type Entry,
  gitEnvironment,
  hardened,
  readListing,
  ruleOf,
} from "./hardening"

/** Time limit for everything but clone, diff and merge. */
const TIMEOUT_MS = 30_000
const STDOUT_BYTES_MAX = 64 * 1024 ** 2
const STDERR_BYTES_MAX = 64 * 1024
/** Exit code of a command outside a repository. */
const NO_REPOSITORY = 128

export type GitOptions = {
  /** Includes reading the configuration first. Default: 30 seconds. */
  timeout_ms?: number
  stdin?: string | Uint8Array
  /** Aborting it ends git and everything it started. */
  signal?: AbortSignal | undefined
  /** Output beyond this is an error. Default: 64 MiB. */
  bytes_max?: number
  /** A temporary index, so that the repository's own stays as it is. */
  indexFile?: string
  /** Exit codes that count as answers, such as 1 of `diff --quiet`. Default: only 0. */
  codes?: number[]
}

export type GitArguments = [Command, ...string[]]
type GitResult = { code: number; stdout: Buffer; stderr: string }

type Reason = "failed" | "timeout" | "cancelled" | "too_large" | "not_started"

/** The reason git failed. `code` and `stderr` are set if git ended by itself. */
export class GitError extends Error {
  override readonly name = "GitError"

  constructor(
    sentence: string,
    readonly reason: Reason,
    readonly code: number | null = null,
    readonly stderr = "",
  ) {
    super(sentence)
  }
}

/**
 * Runs a git command. Git runs no program that the repository, its submodules or the user
 * configured, uses no network, and gets none of our keys; see hardening.ts. Throws GitError.
 */
export async function git(
  dir: string,
  env: Environment,
  [command, ...args]: GitArguments,
  options: GitOptions = {},
): Promise<GitResult> {
  const { flags, entersSubmodules = false } = ruleOf(command)
  const deadline = performance.now() + (options.timeout_ms ?? TIMEOUT_MS)
  const { signal } = options
  // Listing runs nothing. Anyone who can change the configuration now can run programs anyway.
  const { entries } = await readConfiguration(dir, env, { deadline, signal, entersSubmodules })
  const safe = hardened(gitEnvironment(env), entries)
  if (options.indexFile) safe.GIT_INDEX_FILE = options.indexFile
  const more = { ...options, env: safe, timeout_ms: deadline - performance.now() }
  return spawnGit(dir, ["--no-pager", command, ...flags, ...args], more)
}

type Reading = { deadline: number; signal?: AbortSignal | undefined; entersSubmodules: boolean }

/** Reads a directory's git configuration, on request with its submodules', and its places. */
export async function readConfiguration(dir: string, env: Environment, reading: Reading) {
  const run = (place: string, args: string[], codes?: number[]) => {
    const timeout_ms = reading.deadline - performance.now()
    const options = { env: gitEnvironment(env), timeout_ms, signal: reading.signal }
    return spawnGit(place, args, codes ? { ...options, codes } : options)
  }
  const entries: Entry[] = []
  // It grows while we iterate, and links can make submodules contain each other.
  const places = new Set([dir])
  for (const place of places) {
    const { stdout } = await run(place, ["config", "--list", "-z", "--show-scope", "--includes"])
    entries.push(...readListing(stdout.toString()))
    if (!reading.entersSubmodules) break
    const tracked = await run(place, ["ls-files", "-z", "--stage", ":/"], [0, NO_REPOSITORY])
    for (const path of submodulesIn(place, tracked.stdout.toString())) places.add(path)
  }
  return { entries, places: [...places] }
}

function submodulesIn(dir: string, tracked: string): string[] {
  const links = tracked.split("\0").filter((entry) => entry.startsWith("160000 "))
  const paths = links.map((entry) => join(dir, entry.slice(entry.indexOf("\t") + 1)))
  return paths.filter((path) => existsSync(join(path, ".git"))).map((path) => realpathSync(path))
}

type SpawnOptions = GitOptions & { env: Record<string, string>; timeout_ms: number }

async function spawnGit(dir: string, args: string[], options: SpawnOptions): Promise<GitResult> {
  const { env, timeout_ms, stdin, signal, codes = [0], bytes_max = STDOUT_BYTES_MAX } = options
  const ended = new AbortController()
  const end = (reason: Reason) => ended.abort(reason)
  const cancel = () => end("cancelled")
  if (signal?.aborted) throw failure(args, "cancelled")

  const child = start(dir, args, env, stdin)
  const timer = setTimeout(() => end("timeout"), Math.max(1, timeout_ms))
  signal?.addEventListener("abort", cancel, { once: true })
  ended.signal.addEventListener("abort", () => endFamily(child.pid), { once: true })
  try {
    const [stdout, stderr] = await Promise.all([
      read(child.stdout, bytes_max, ended.signal, () => end("too_large")),
      read(child.stderr, STDERR_BYTES_MAX, ended.signal, () => {}),
    ])
    const code = await child.exited
    if (ended.signal.aborted) throw failure(args, ended.signal.reason)
    const message = stderr.toString().trim()
    if (codes.includes(code)) return { code, stdout, stderr: message }
    throw failure(args, "failed", code, message)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", cancel)
  }
}

function start(
  dir: string,
  args: string[],
  env: Record<string, string>,
  stdin: GitOptions["stdin"],
) {
  try {
    return Bun.spawn(["git", "-C", dir, ...args], {
      env,
      stdio: [stdin === undefined ? "ignore" : Buffer.from(stdin), "pipe", "pipe"],
      // So that only we act on Ctrl-C in a terminal.
      detached: true,
    })
  } catch (error) {
    throw new GitError(`Can't start git: ${messageOf(error)}`, "not_started")
  }
}

/** Reads a stream until its end or `ended`. Calls `onExcess` if it exceeds `max` bytes. */
async function read(
  stream: ReadableStream<Uint8Array>,
  max: number,
  ended: AbortSignal,
  onExcess: () => void,
): Promise<Buffer> {
  const reader = stream.getReader()
  // An escaped process may keep the other end open, so the stream might never end.
  ended.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true })
  const parts: Uint8Array[] = []
  let left = max
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return Buffer.concat(parts)
    if (value.length > left) onExcess()
    parts.push(value.subarray(0, left))
    left = Math.max(0, left - value.length)
  }
}

/** Kills git and its descendants, including those in other sessions. */
function endFamily(root: number): void {
  const family = new Set<number>()
  // A stopped process can't start another one while we look for the rest.
  for (let found = [root]; found.length > 0; ) {
    for (const pid of found) signal(pid, "SIGSTOP")
    for (const pid of found) family.add(pid)
    const now = descendantsOf(root, listProcesses())
    found = now.map(({ pid }) => pid).filter((pid) => !family.has(pid))
  }
  for (const pid of family) signal(pid, "SIGKILL")
}

function signal(pid: number, name: "SIGSTOP" | "SIGKILL"): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended.
  }
}

const sentences: Record<Exclude<Reason, "not_started">, string> = {
  failed: "failed",
  timeout: "took too long and was stopped",
  cancelled: "was cancelled",
  too_large: "wrote too much output and was stopped",
}

function failure(
  args: string[],
  reason: keyof typeof sentences,
  code: number | null = null,
  stderr = "",
): GitError {
  const command = args.find((it) => !it.startsWith("-"))
  const message = stderr ? `: ${stderr.split("\n")[0]}` : "."
  return new GitError(`git ${command} ${sentences[reason]}${message}`, reason, code, stderr)
}
