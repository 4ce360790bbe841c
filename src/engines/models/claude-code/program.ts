import type { Config } from "../../../platform/config/config"
import { programVersion } from "../../../platform/processes/version"

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

export async function lookFor({ path, env }: ClaudeCode) {
  const found = Bun.which(path, { PATH: env.PATH ?? "" })
  if (!found) return { usable: false, reason: `${path} is not on the PATH.` }
  const version = await programVersion(found, env)
  if (version) return { usable: true, reason: `${version} is installed.` }
  return { usable: false, reason: `${found} does not answer to --version.` }
}
