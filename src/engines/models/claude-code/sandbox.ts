import { mkdir, writeFile } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import type { Config } from "../../../platform/config/config"
import { repositoryAccess } from "../../../platform/git/sandbox"
import type { Policy } from "../../../platform/processes/sandbox/policy"
import { secretPaths } from "../../../platform/processes/sandbox/secrets"
import type { ClaudeCode } from "./program"

/** Where tools keep downloads. The user's own caches stay read-only: they hold programs. */
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

/** Allows an agent's session to work in a repository and to reach the public internet. */
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

export async function questionPolicy({ env }: ClaudeCode): Promise<Policy> {
  const hidden = secretPaths(userHome(env))
  return { ...(await ownState(env)), hidden, network: "outside", reachable: baseUrlOf(env) }
}

/** Returns the extra variables that a sandboxed session needs. */
export function cacheVariables({ env }: ClaudeCode): Record<string, string> {
  const folder = cacheFolder(env)
  const named = Object.entries(caches).map(([name, part]) => [name, join(folder, part)])
  return Object.fromEntries(named)
}

/** Lets the CLI write its state, except for files that make it run programs at its next start. */
async function ownState(env: ClaudeCode["env"]) {
  const folder = env.CLAUDE_CONFIG_DIR ?? join(userHome(env), ".claude")
  const folders = ["hooks", "commands", "agents", "skills", "plugins"].map((it) => join(folder, it))
  const settings = join(folder, "settings.json")
  // Rewritten at each start, but names MCP servers to start, so the session gets a throwaway copy.
  const state = join(env.CLAUDE_CONFIG_DIR ?? userHome(env), ".claude.json")
  // Only existing paths can be protected.
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

/** Outside Amelia's home, which sandboxed programs must not know about. */
function cacheFolder(env: ClaudeCode["env"]): string {
  return join(userHome(env), ".cache", "amelia-sandbox")
}

function userHome(env: ClaudeCode["env"]): string {
  return env.HOME || homedir()
}
