import { z } from "zod"
import type { AgentConfig } from "../../platform/shapes/agent"
import { type AgentType, agentType } from "../../platform/shapes/agent-type"
import { sessionFields } from "./session"

const seconds = z.number().positive().max(86_400)

const fields = {
  name: z.string().trim().min(1, "Give it a name.").max(200),
  type: agentType,
  description: z.string().trim().max(2000).optional(),
  /** Extra instructions that come first. For a custom agent, its whole description. */
  system_prompt: z.string().trim().max(20_000).optional(),
  // Null in these three means the settings' value at the start of a run.
  model: z.string().trim().min(1).max(200).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.number().int().min(1).max(1_000_000).nullish(),
  /** Seconds for one attempt. */
  timeout: seconds.optional(),
  retry_attempts: z.number().int().min(0).max(10).optional(),
  /** Document ids and folder paths that it always retrieves from. */
  context_sources: z.array(z.string()).max(1000).optional(),
  search_documents: z.boolean().optional(),
  ...sessionFields,
}
const flatInput = z.strictObject(fields)
const flatChange = flatInput.partial().extend({ version: z.number().int().positive().optional() })

/** Accepts fields flat or under `config`. A field in both places stays, and validation rejects it. */
function flattened(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("config" in value)) return value
  const { config, ...rest } = value
  if (typeof config !== "object" || config === null) return value
  return Object.keys(config).some((key) => key in rest) ? value : { ...rest, ...config }
}

export const agentInput = z.preprocess(flattened, flatInput)
export type AgentInput = z.infer<typeof flatInput>

/** Changes the given fields. Runs keep the config that they started with. */
export const agentChange = z.preprocess(flattened, flatChange)
export type AgentChange = z.infer<typeof flatChange>

export type AgentStatus = "idle" | "running" | "paused" | "completed" | "failed" | "cancelled"

/** An agent as clients see it. Status, progress, input, output and times are its newest run's. */
export type Agent = {
  id: string
  name: string
  type: AgentType
  status: AgentStatus
  progress: number
  message: string
  config: AgentConfig
  input: unknown
  output: unknown
  error: string | null
  started_at: string | null
  completed_at: string | null
  created_at: string
  updated_at: string
  version: number
}
