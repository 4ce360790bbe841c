import type { ConversationProps } from "./props"

/** Returns the name to show for a model or an agent. */
export function answererName(model: string, agents: ConversationProps["agents"]): string {
  if (model === "auto") return "Automatic model"
  const agent = agents.find(({ id }) => id === model)
  if (agent) return agent.name
  return model.startsWith("amelia/agent:") ? "Deleted agent" : model
}
