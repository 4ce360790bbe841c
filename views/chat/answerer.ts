import type { ConversationProps } from "./props"

/** What a person calls a model or an agent that a chat can be answered by. */
export function answererName(model: string, agents: ConversationProps["agents"]): string {
  if (model === "auto") return "Automatic model"
  const agent = agents.find(({ id }) => id === model)
  if (agent) return agent.name
  return model.startsWith("amelia/agent:") ? "Deleted agent" : model
}
