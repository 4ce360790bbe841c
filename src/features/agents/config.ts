import type { EngineDeps } from "../../engines/deps"
import type { AgentRow } from "../../platform/db/schema/agents"
import { type AgentConfig, type AgentSnapshot, standardSession } from "../../platform/shapes/agent"
import { currentSettings } from "../settings/service"
import * as store from "./store"

/** A role writes a whole document, which is longer than DEFAULT_MAX_TOKENS allows for. */
const ROLE_MAX_TOKENS = 16_000

/** Returns an agent's full config: its own choices, then the settings, then our defaults. */
export function configOf(
  { name, type, choices }: Pick<AgentRow, "name" | "type" | "choices">,
  settings: EngineDeps["config"],
): AgentConfig {
  const isSession = type === "claude_code"
  const longest = type === "custom" ? settings.defaultMaxTokens : ROLE_MAX_TOKENS
  return {
    name,
    description: choices.description ?? "",
    system_prompt: choices.system_prompt ?? "",
    model: choices.model ?? (isSession ? "claude-code" : settings.defaultModel),
    temperature: choices.temperature ?? settings.defaultTemperature,
    max_tokens: choices.max_tokens ?? longest,
    timeout: choices.timeout ?? (isSession ? settings.claudeCodeTimeout : 300),
    retry_attempts: choices.retry_attempts ?? 3,
    context_sources: choices.context_sources ?? [],
    search_documents: choices.search_documents ?? true,
    ...(isSession && {
      permission_mode: choices.permission_mode ?? standardSession.permission_mode,
      allowed_tools: choices.allowed_tools ?? standardSession.allowed_tools,
      max_turns: choices.max_turns ?? standardSession.max_turns,
    }),
  }
}

/** Returns snapshots of the existing agents, by id, for a run that starts now. */
export async function takeSnapshots(
  deps: Pick<EngineDeps, "db" | "config">,
  ids: string[],
): Promise<Record<string, AgentSnapshot>> {
  const rows = await store.findAgents(deps.db, ids)
  const settings = await currentSettings(deps)
  return Object.fromEntries(
    rows.map((row) => [row.id, { ...configOf(row, settings), type: row.type }]),
  )
}
