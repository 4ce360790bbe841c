import { z } from "zod"

/** The kinds of agents that there are so far. */
export const agentTypes = [
  "discovery",
  "design",
  "planning",
  "implementation",
  "testing",
  "review",
  "documentation",
  "claude_code",
  "custom",
] as const
export const agentType = z.enum(agentTypes, {
  error: ({ input }) => {
    const what = typeof input === "string" ? `There is no type "${input}" yet` : "Give a type"
    return `${what}: it is one of ${agentTypes.join(", ")}.`
  },
})
export type AgentType = z.infer<typeof agentType>
