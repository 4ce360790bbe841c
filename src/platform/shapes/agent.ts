import { z } from "zod"
import { agentType } from "./agent-type"

export const permissionModes = ["acceptEdits", "dontAsk", "plan"] as const

type Session = Pick<AgentConfig, "permission_mode" | "allowed_tools" | "max_turns">
export const standardSession: Required<Session> = {
  permission_mode: "acceptEdits",
  allowed_tools: [],
  max_turns: 50,
}

/** An agent as a run stores it when it starts. The last three are for type claude_code only. */
export const agentSnapshot = z.object({
  name: z.string(),
  description: z.string(),
  type: agentType,
  system_prompt: z.string(),
  model: z.string(),
  temperature: z.number(),
  max_tokens: z.int32().positive(),
  timeout: z.number().positive().max(86_400),
  retry_attempts: z.int().min(0).max(10),
  context_sources: z.array(z.uuid()),
  search_documents: z.boolean().default(true),
  permission_mode: z.enum(permissionModes).optional(),
  allowed_tools: z.array(z.string()).optional(),
  max_turns: z.int32().positive().optional(),
})
export type AgentSnapshot = z.infer<typeof agentSnapshot>

/** An agent's effective configuration. */
export type AgentConfig = Omit<AgentSnapshot, "type">

type Inherited = "model" | "temperature" | "max_tokens"

/** The options chosen for an agent. Settings or defaults apply to the rest. */
export type AgentChoices = Partial<Omit<AgentConfig, "name" | Inherited>> & {
  [Key in Inherited]?: AgentConfig[Key] | null
}
