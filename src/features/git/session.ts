import { accessSync, constants, readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import type { EngineDeps } from "../../engines/deps"
import { AppError, messageOf } from "../../platform/errors"
import { configuration, type Entry, overrideOf, type Pair } from "../../platform/git/hardening"
import { git, readConfiguration } from "../../platform/git/run"
import type { Environment } from "../../platform/home/home"
import type { RepositoryTrust } from "./schema"
import { useRepository } from "./service"
import { visibleLine } from "./visible"

const TIMEOUT_MS = 30_000
const NAMES_MAX = 10

/**
 * Decides how a Claude Code session treats the repository: whether it uses the repository's
 * settings, the variables that restrict git, and lines for the run's log. Call it right before the
 * session starts. A change in the short time until Claude Code reads the files would take effect,
 * but only a process that already runs as this user can make one.
 */
export async function ownSettings(deps: Pick<EngineDeps, "db" | "config">, dir: string) {
  const trust = await useRepository(deps, dir)
  const { variables, silenced } = await quietGit(dir, deps.config.programEnv).catch((cause) => {
    const sentence = `${messageOf(cause)} Fix the repository ${dir}, then start this again.`
    throw new AppError("AgentExecutionError", sentence, { repo: dir }, { cause })
  })
  const quiet = `git there runs nothing that the repository names: ${list(silenced)}`
  const said = [settingsUsed(trust), silenced.length > 0 ? quiet : ""]
  return { trusted: trust.state === "trusted", variables, said: said.filter(Boolean) }
}

function settingsUsed({ state, files, instructions }: RepositoryTrust): string {
  if (state === "trusted") return "uses the repository's own settings"
  if (state === "none") return ""
  const names = list([...files.map(({ path }) => path), ...instructions])
  const why = state === "changed" ? ", which changed since they were trusted" : ""
  return `ignores the repository's own settings${why}: ${names}; trust them at /git`
}

function list(names: string[]): string {
  const rest = names.length - NAMES_MAX
  const shown = names.slice(0, NAMES_MAX).map((name) => visibleLine(name))
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join(", ")
}

/**
 * Returns variables with which git runs no program that a repository or its submodules configure.
 * The user's own configuration and all settings that aren't programs stay.
 */
export async function quietGit(dir: string, env: Environment) {
  const deadline = performance.now() + TIMEOUT_MS
  const options = { deadline, entersSubmodules: true }
  const { entries, places } = await readConfiguration(dir, env, options)
  const isOwn = ({ scope }: Entry) => scope === "local" || scope === "worktree"
  const users = entries.filter(({ scope }) => scope === "system" || scope === "global")
  const own = new Set(entries.filter(isOwn).map(({ key }) => key))
  const silenced = [...own].filter((key) => overrideOf(key))
  const overrides = silenced.flatMap((key) => overrideOf(key) ?? [])
  const hooks = await Promise.all(places.map((place) => hasHooks(place, env)))
  if (hooks.includes(true)) overrides.push(["core.hookspath", "/dev/null"])
  const pairs = [...overrides, ["safe.barerepository", "explicit"] as const]
  return {
    variables: configuration(pairs.flatMap((pair) => keepUsers(pair, users))),
    /** Things that git no longer runs: configuration keys, and "hooks". */
    silenced: [...silenced, ...(hooks.includes(true) ? ["hooks"] : [])],
  }
}

/** Prefers the user's own value to ours, if there is one. */
function keepUsers([key, value]: Pair, users: Entry[]): Pair[] {
  if (isHelper(key)) {
    // An empty value clears all helpers before it, including the user's.
    const kept = users.filter((entry) => isHelper(entry.key))
    return [["credential.helper", ""], ...kept.map((it): Pair => [it.key, it.value])]
  }
  return [[key, users.findLast((entry) => entry.key === key)?.value ?? value]]
}

function isHelper(key: string): boolean {
  return /^credential\.(.+\.)?helper$/.test(key)
}

async function hasHooks(dir: string, env: Environment): Promise<boolean> {
  const { stdout, code } = await git(dir, env, ["rev-parse", "--git-common-dir"], {
    codes: [0, 128],
  })
  if (code !== 0) return false
  const hooks = join(resolve(dir, stdout.toString().slice(0, -1)), "hooks")
  try {
    const names = readdirSync(hooks).filter((name) => !name.endsWith(".sample"))
    return names.some((name) => isExecutable(join(hooks, name)))
  } catch {
    return false
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
