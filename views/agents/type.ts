import type { AgentType } from "../../src/platform/shapes/agent-type"
import type { IconName } from "../icon"

export const typeIcons: Record<AgentType, IconName> = {
  discovery: "search",
  design: "workflows",
  planning: "list",
  implementation: "code",
  testing: "flask",
  review: "eye",
  documentation: "documents",
  claude_code: "terminal",
  custom: "agents",
}

/** What each type produces, shown when choosing one. */
export const typeNotes: Record<AgentType, string> = {
  discovery: "features, requirements, constraints and open questions",
  design: "components, interfaces, data, decisions and risks",
  planning: "ordered tasks and their dependencies",
  implementation: "files to create, change and delete",
  testing: "test cases and what they cover",
  review: "findings, requirements met, a verdict",
  documentation: "a page for readers, changelog entries",
  claude_code: "changes in a git repository, by the Claude Code CLI",
  custom: "free text, by your own instructions",
}
