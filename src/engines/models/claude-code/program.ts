import { z } from "zod"
import type { Config } from "../../../platform/config/config"
import { askProgram, programVersion } from "../../../platform/processes/version"
import type { Availability } from "../model"

/** It takes half a second, and several on a busy machine. */
const LOGIN_PATIENCE_MS = 15_000

/** The Claude Code CLI: its environment, umask, and API key, which its own programs never see. */
export type ClaudeCode = {
  path: string
  env: Record<string, string>
  umask: number
  key?: string | undefined
}

type Settings = Pick<Config, "claudeCodePath" | "programEnv" | "programUmask"> &
  Partial<Pick<Config, "anthropicApiKey" | "anthropicBaseUrl">>

export function claudeCode(settings: Settings): ClaudeCode {
  const { claudeCodePath: path, programEnv, anthropicApiKey, anthropicBaseUrl } = settings
  const env = {
    ...programEnv,
    ...(anthropicBaseUrl && { ANTHROPIC_BASE_URL: anthropicBaseUrl }),
    // No self-updates, no telemetry.
    ...{ DISABLE_AUTOUPDATER: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
  }
  return { path, env, umask: settings.programUmask, key: anthropicApiKey }
}

type Found = Pick<Availability, "usable" | "reason" | "refuses" | "fix">

/** Looks for the program and whether it is logged in. With a key, it needs no login. */
export async function lookFor({ path, env, key }: ClaudeCode): Promise<Found> {
  const found = Bun.which(path, { PATH: env.PATH ?? "" })
  const absent = { usable: false, refuses: false }
  if (!found) {
    const fix = { command: "npm install -g @anthropic-ai/claude-code" }
    return { ...absent, reason: `${path} is not on the PATH.`, fix }
  }
  const version = await programVersion(found, env)
  if (!version) {
    const fix = { setting: "CLAUDE_CODE_PATH", value: "/path/to/claude" } as const
    return { ...absent, reason: `${found} does not answer to --version.`, fix }
  }
  const installed = `Claude Code ${version.replace(/ \(Claude Code\)$/, "")} is installed`
  const loggedIn = key === undefined ? await isLoggedIn(found, env) : undefined
  if (loggedIn === false) {
    const reason = `${installed}, but not logged in.`
    return { usable: false, refuses: true, reason, fix: loginOf(path) }
  }
  const reason = `${installed}${loggedIn ? " and logged in" : ""}.`
  return { usable: true, refuses: false, reason, fix: null }
}

export function loginOf(path: string): { command: string } {
  return { command: `${path} auth login` }
}

const authStatus = z.object({ loggedIn: z.boolean() })

/** As `auth status` says, whatever its exit code. Undefined if it doesn't, as before 2.1.41. */
async function isLoggedIn(path: string, env: ClaudeCode["env"]): Promise<boolean | undefined> {
  const said = await askProgram([path, "auth", "status"], env, LOGIN_PATIENCE_MS)
  try {
    return authStatus.parse(JSON.parse(said?.text ?? "")).loggedIn
  } catch {
    return undefined
  }
}
