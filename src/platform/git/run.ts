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

/** For everything that is not a clone, diff or merge. */
const TIMEOUT_MS = 30_000
const STDOUT_BYTES_MAX = 64 * 1024 ** 2
const STDERR_BYTES_MAX = 64 * 1024
/** The exit code of a command outside of a repository. */
const NO_REPOSITORY = 128

export type GitOptions = {
  /** Also covers reading the configuration first. 30 seconds unless given. */
  timeout_ms?: number
  stdin?: string | Uint8Array
  /** Aborted, git and all that it started end. */
  signal?: AbortSignal | undefined
  /** More output than this is an error. 64 MiB unless given. */
  bytes_max?: number
  /** Exit codes that are answers, such as 1 of `diff --quiet`. Only 0 unless given. */
  codes?: number[]
}

export type GitArguments = [Command, ...string[]]
export type GitResult = { code: number; stdout: Buffer; stderr: string }

type Reason = "failed" | "timeout" | "cancelled" | "too_large" | "not_started"

/** Why git gave no answer. `code` and `stderr` are set where it ended by itself. */
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
 * Runs a git command in a directory. Git runs no program that the repository, its submodules or the
 * user's configuration name, reaches no network, and gets none of our keys: see hardening.ts.
 * Throws GitError.
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
  // Listing runs nothing. Whoever changes the configuration between this and the command can run
  // programs as this user anyway, and finds no key in git's environment.
  const { entries } = await readConfiguration(dir, env, { deadline, signal, entersSubmodules })
  const safe = hardened(gitEnvironment(env), entries)
  const more = { ...options, env: safe, timeout_ms: deadline - performance.now() }
  return spawnGit(dir, ["--no-pager", command, ...flags, ...args], more)
}

type Reading = { deadline: number; signal?: AbortSignal | undefined; entersSubmodules: boolean }

/** What configures git in a directory, on request with what does in its submodules, and where. */
export async function readConfiguration(dir: string, env: Environment, reading: Reading) {
  const run = (place: string, args: string[], codes?: number[]) => {
    const timeout_ms = reading.deadline - performance.now()
    const options = { env: gitEnvironment(env), timeout_ms, signal: reading.signal }
    return spawnGit(place, args, codes ? { ...options, codes } : options)
  }
  const entries: Entry[] = []
  // It grows while it is walked. A set, since links can make submodules contain each other.
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

/** The real paths of the submodules that are checked out. */
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
    const said = stderr.toString().trim()
    if (codes.includes(code)) return { code, stdout, stderr: said }
    throw failure(args, "failed", code, said)
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
      // Ctrl-C in a terminal is for us alone to act on.
      detached: true,
    })
  } catch (error) {
    throw new GitError(`git can't be started: ${messageOf(error)}`, "not_started")
  }
}

/** Reads a stream to its end, or until `ended`; calls `onExcess` once there is more than `max`. */
async function read(
  stream: ReadableStream<Uint8Array>,
  max: number,
  ended: AbortSignal,
  onExcess: () => void,
): Promise<Buffer> {
  const reader = stream.getReader()
  // Someone who escaped may still hold the other end, so that it would never end by itself.
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

/** Kills git and its descendants, those with sessions of their own too. */
function endFamily(root: number): void {
  const family = new Set<number>()
  // Who has stopped can't start another one while this looks for the rest.
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
  timeout: "took too long and was ended",
  cancelled: "was cancelled",
  too_large: "wrote too much and was ended",
}

function failure(
  args: string[],
  reason: keyof typeof sentences,
  code: number | null = null,
  stderr = "",
): GitError {
  const command = args.find((it) => !it.startsWith("-"))
  const said = stderr ? `: ${stderr.split("\n")[0]}` : "."
  return new GitError(`git ${command} ${sentences[reason]}${said}`, reason, code, stderr)
}
