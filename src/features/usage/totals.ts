/** Selects calls; empty selects all. `agentId` selects the agent's own runs. */
export type CallFilter = { since?: Date | undefined; runId?: string; agentId?: string }

export const callGroups = ["day", "agent", "model"] as const
export type CallGroup = (typeof callGroups)[number]
