import { z } from "zod"

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
    const what =
      typeof input === "string" ? `There is no agent type "${input}"` : "Give an agent type"
    return `${what}. Types are ${agentTypes.join(", ")}.`
  },
})
export type AgentType = z.infer<typeof agentType>
