import { z } from "zod"
import type { EventFilter } from "./subscription"

/** What may be asked for, in the query of the stream, of the WebSocket and of the history. */
export const filters = {
  /** Types by commas; none for all. */
  types: z.string().optional(),
  run_id: z.uuid().optional(),
  agent_id: z.uuid().optional(),
}

/** The id of an event of record; 0 stands before the first. */
export const eventId = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER)

export function filterOf(query: z.infer<z.ZodObject<typeof filters>>): EventFilter {
  const { types, run_id: runId, agent_id: agentId } = query
  return { types: types?.split(",").filter(Boolean), runId, agentId }
}
