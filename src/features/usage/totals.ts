/** Which calls; all if it is empty. Of an agent those of its own runs. */
export type CallFilter = { since?: Date | undefined; runId?: string; agentId?: string }

export const callGroups = ["day", "agent", "model"] as const
export type CallGroup = (typeof callGroups)[number]
