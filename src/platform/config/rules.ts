import type { Config, SettingName } from "./settings"

/** One wrong setting; `source` completes "from …". */
export type Problem = { setting: string; message: string; source: string }

/** True if only this machine can reach a server on `host`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "")
  return name === "localhost" || name === "::1" || /^127(\.\d{1,3}){3}$/.test(name)
}

/** Finds settings that contradict each other. Ignores a setting that is invalid by itself. */
export function crossProblems(config: Partial<Config>): Problem[] {
  const { chunkSize, chunkOverlap, host, ameliaToken } = config
  const problems: Problem[] = []
  if (chunkSize !== undefined && chunkOverlap !== undefined && chunkOverlap >= chunkSize) {
    problems.push({
      setting: "CHUNK_OVERLAP",
      message: `${chunkOverlap} is wrong: it must be less than CHUNK_SIZE, which is ${chunkSize}`,
      source: "both settings",
    })
  }
  if (host !== undefined && !isLoopback(host) && !ameliaToken) {
    problems.push({
      setting: "HOST",
      message:
        `"${host}" can be reached from other machines: set AMELIA_TOKEN, ` +
        "or use 127.0.0.1, ::1 or localhost",
      source: "both settings",
    })
  }
  return problems
}

/** Settings that are validated but not used yet. */
const pending: ReadonlySet<SettingName> = new Set<SettingName>(["ENVIRONMENT"])

export function warningsOf(config: Config): string[] {
  const warnings = [...pending]
    .filter((name) => config.given[name])
    .map((name) => `${name} is set, but nothing in this version uses it yet.`)
  if (config.openrouterApiKey && !config.openrouterApiKey.startsWith("sk-or-")) {
    warnings.push("OPENROUTER_API_KEY does not start with sk-or-, as OpenRouter's keys do.")
  }
  if (config.chunkSize > 4000) {
    warnings.push(
      `CHUNK_SIZE is ${config.chunkSize}: search finds passages over 4000 characters less well.`,
    )
  }
  return warnings
}
