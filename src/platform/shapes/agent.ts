import type { AgentType } from "./agent-type"

export const permissionModes = ["acceptEdits", "dontAsk", "plan"] as const

export type PermissionMode = (typeof permissionModes)[number]

export type SessionConfig = {
  permission_mode: PermissionMode
  allowed_tools: string[]
  max_turns: number
}

export const standardSession: SessionConfig = {
  permission_mode: "acceptEdits",
  allowed_tools: [],
  max_turns: 50,
}

/** The options chosen for an agent. Settings or defaults apply to the rest. */
export type AgentChoices = {
  description?: string | undefined
  system_prompt?: string | undefined
  model?: string | null | undefined
  temperature?: number | null | undefined
  max_tokens?: number | null | undefined
  timeout?: number | undefined
  retry_attempts?: number | undefined
  context_sources?: string[] | undefined
  search_documents?: boolean | undefined
  permission_mode?: PermissionMode | undefined
  allowed_tools?: string[] | undefined
  max_turns?: number | undefined
}

/** An agent's effective configuration. The session options apply to type claude_code only. */
export type AgentConfig = {
  name: string
  description: string
  system_prompt: string
  model: string
  temperature: number
  max_tokens: number
  timeout: number
  retry_attempts: number
  context_sources: string[]
  search_documents: boolean
} & Partial<SessionConfig>

/** An agent as a run stores it when it starts. */
export type AgentSnapshot = AgentConfig & { type: AgentType }
