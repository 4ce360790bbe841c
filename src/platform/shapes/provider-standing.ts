import type { Config } from "../config/config"
import type { SettingName } from "../config/settings"

/** One line that makes a provider usable: a setting or a command. */
export type Fix = { setting: SettingName; value: string } | { command: string }

/** A provider's state, from its circuit breaker, its settings and its own answers. */
type ProviderState = {
  usable: boolean
  reason: string
  refuses: boolean
  fix: Fix | null
  state: "closed" | "open" | "half_open"
  /** Seconds until the next attempt makes sense. */
  retry_after: number
}

/**
 * "missing": not set up. "refused": set up, but it refuses the key or login. "degraded": failing at
 * the moment. `fix` says what a person can do; null if nothing.
 */
export type Standing = {
  status: "healthy" | "missing" | "refused" | "degraded"
  note: string
  fix: string | null
}

type Given = Pick<Config, "given" | "settingsFile" | "homeOption">

export function standingOf(provider: ProviderState, config: Given): Standing {
  const { usable, reason, refuses, state, retry_after } = provider
  const fix = provider.fix && fixSentence(provider.fix, config)
  if (refuses) return { status: "refused", note: reason, fix }
  switch (state) {
    case "closed":
      return { status: usable ? "healthy" : "missing", note: reason, fix }
    case "open": {
      const note = `It failed too often, so Amelia paused it. Next attempt in ${retry_after} s.`
      return { status: "degraded", note, fix: nothingToDo }
    }
    case "half_open": {
      const note = "It failed too often. Amelia is trying it again with a few calls."
      return { status: "degraded", note, fix: nothingToDo }
    }
  }
}

const nothingToDo = "Nothing to do: Amelia tries it again on its own."

function fixSentence(fix: Fix, { given, settingsFile, homeOption }: Given): string {
  if ("command" in fix) return `Run: ${fix.command}`
  const { setting, value } = fix
  const source = given[setting]?.source ?? settingsFile
  // Other sources win over the file, so a line in it would change nothing.
  if (source !== settingsFile) return `Correct ${setting}, which comes from ${source}.`
  const line = `Put ${setting}=${value} into ${settingsFile} and restart Amelia`
  return `${line}, or run: amelia setup${homeOption}`
}
