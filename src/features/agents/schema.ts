import { z } from "zod"
import type { AgentConfig } from "../../platform/shapes/agent"
import { type AgentType, agentType } from "../../platform/shapes/agent-type"
import { sessionFields } from "./session"

const seconds = z.number().positive().max(86_400)

const fields = {
  name: z.string().trim().min(1, "Give it a name.").max(200),
  type: agentType,
  description: z.string().trim().max(2000).optional(),
  /** What the agent is told before anything else; of a custom agent all that it is told to be. */
  system_prompt: z.string().trim().max(20_000).optional(),
  // Null for these three is what the settings say when a run starts.
  model: z.string().trim().min(1).max(200).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.number().int().min(1).max(1_000_000).nullish(),
  /** Seconds for one attempt. */
  timeout: seconds.optional(),
  retry_attempts: z.number().int().min(0).max(10).optional(),
  /** Ids of the documents and paths of the folders that it always retrieves from. */
  context_sources: z.array(z.string()).max(1000).optional(),
  /** Whether its model may look further in the documents by itself. */
  search_documents: z.boolean().optional(),
  ...sessionFields,
}
const flatInput = z.strictObject(fields)
const flatChange = flatInput.partial().extend({ version: z.number().int().positive().optional() })

/** Takes the fields flat or under `config`; one that is in both is left there, to be refused. */
function flattened(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("config" in value)) return value
  const { config, ...rest } = value
  if (typeof config !== "object" || config === null) return value
  return Object.keys(config).some((key) => key in rest) ? value : { ...rest, ...config }
}

export const agentInput = z.preprocess(flattened, flatInput)
export type AgentInput = z.infer<typeof flatInput>

/** What is given changes; runs keep the config that they started with. */
export const agentChange = z.preprocess(flattened, flatChange)
export type AgentChange = z.infer<typeof flatChange>

export type AgentStatus = "idle" | "running" | "paused" | "completed" | "failed" | "cancelled"

/** An agent as a client sees it. Status and what follows from it are those of its newest run. */
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
