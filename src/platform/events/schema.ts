import { z } from "zod"
import type { EventFilter } from "./subscription"

/** Filters for the event stream, the WebSocket and the history. */
export const filters = {
  /** Comma-separated types; empty for all. */
  types: z.string().optional(),
  run_id: z.uuid().optional(),
  agent_id: z.uuid().optional(),
}

/** The id of a recorded event; 0 comes before the first. */
export const eventId = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export function filterOf(query: z.infer<z.ZodObject<typeof filters>>): EventFilter {
  const { types, run_id: runId, agent_id: agentId } = query
  return { types: types?.split(",").filter(Boolean), runId, agentId }
}
