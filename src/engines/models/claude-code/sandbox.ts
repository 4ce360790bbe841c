import { mkdir, writeFile } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import type { Config } from "../../../platform/config/config"
import { repositoryAccess } from "../../../platform/git/sandbox"
import type { Policy } from "../../../platform/processes/sandbox/policy"
import { secretPaths } from "../../../platform/processes/sandbox/secrets"
import type { ClaudeCode } from "./program"

/**
 * Where tools keep what they download, by the variables that say so. The user's own caches are not
 * writable: programs that the user runs later lie there.
 */
const caches = {
  XDG_CACHE_HOME: "",
  npm_config_cache: "npm",
  BUN_INSTALL_CACHE_DIR: "bun",
  CARGO_HOME: "cargo",
  GOMODCACHE: "go",
  GRADLE_USER_HOME: "gradle",
  YARN_GLOBAL_FOLDER: "yarn",
}

type Settings = Pick<Config, "sandboxWritable" | "sandboxHosts">

/** What an agent's session may do: work in a repository, and reach the public internet. */
export async function agentPolicy(
  { env }: ClaudeCode,
  repo: string,
  { sandboxWritable, sandboxHosts }: Settings,
): Promise<Policy> {
  const repository = await repositoryAccess(repo)
  const own = await ownState(env)
  const cache = cacheFolder(env)
  await mkdir(cache, { recursive: true, mode: 0o700 })
  return {
    writable: [...repository.writable, ...own.writable, cache, ...sandboxWritable],
    readable: [...repository.readable, ...own.readable],
    copied: own.copied,
    hidden: secretPaths(userHome(env)).filter((path) => !sandboxWritable.includes(path)),
    network: "outside",
    reachable: [...baseUrlOf(env), ...sandboxHosts],
  }
}

/** What a plain question may do: reach the model. */
export async function questionPolicy({ env }: ClaudeCode): Promise<Policy> {
  const hidden = secretPaths(userHome(env))
  return { ...(await ownState(env)), hidden, network: "outside", reachable: baseUrlOf(env) }
}

/** The variables that a session in a sandbox needs besides its own. */
export function cacheVariables({ env }: ClaudeCode): Record<string, string> {
  const folder = cacheFolder(env)
  const named = Object.entries(caches).map(([name, part]) => [name, join(folder, part)])
  return Object.fromEntries(named)
}

/** What the CLI must be able to write, without what makes it run programs at its next start. */
async function ownState(env: ClaudeCode["env"]) {
  const folder = env.CLAUDE_CONFIG_DIR ?? join(userHome(env), ".claude")
  const folders = ["hooks", "commands", "agents", "skills", "plugins"].map((it) => join(folder, it))
  const settings = join(folder, "settings.json")
  // It names servers that are started, and is written at each start: changes to it are dropped.
  const state = join(env.CLAUDE_CONFIG_DIR ?? userHome(env), ".claude.json")
  // What is missing can't be protected.
  for (const path of folders) await mkdir(path, { recursive: true })
  for (const path of [settings, state]) await makeEmpty(path)
  const memory = join(folder, "CLAUDE.md")
  return { writable: [folder], readable: [...folders, settings, memory], copied: [state] }
}

async function makeEmpty(path: string): Promise<void> {
  await writeFile(path, "{}\n", { flag: "wx", mode: 0o600 }).catch((error) => {
    if (error.code !== "EEXIST") throw error
  })
}

function baseUrlOf({ ANTHROPIC_BASE_URL: url }: ClaudeCode["env"]): string[] {
  if (!url) return []
  const { hostname, port, protocol } = new URL(url)
  return [`${hostname}:${port || (protocol === "https:" ? 443 : 80)}`]
}

/** Not in Amelia's home, of which the programs in a sandbox learn nothing. */
function cacheFolder(env: ClaudeCode["env"]): string {
  return join(userHome(env), ".cache", "amelia-sandbox")
}

function userHome(env: ClaudeCode["env"]): string {
  return env.HOME || homedir()
}
