import type { Config } from "../../../platform/config/config"
import { programVersion } from "../../../platform/processes/version"

/** The Claude Code CLI, its variables and umask, and the API key that no program it starts gets. */
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
    // It neither changes itself nor reports to anyone.
    ...{ DISABLE_AUTOUPDATER: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
  }
  return { path, env, umask: settings.programUmask, key: anthropicApiKey }
}

/** Whether it is there, in a sentence either way. */
export async function lookFor({ path, env }: ClaudeCode) {
  const found = Bun.which(path, { PATH: env.PATH ?? "" })
  if (!found) return { usable: false, reason: `There is no command ${path} on the PATH.` }
  const version = await programVersion(found, env)
  if (version) return { usable: true, reason: `${version} is installed.` }
  return { usable: false, reason: `${found} does not answer to --version.` }
}
