import { custom } from "./roles/custom"
import { design } from "./roles/design"
import { discovery } from "./roles/discovery"
import { documentation } from "./roles/documentation"
import { implementation } from "./roles/implementation"
import { planning } from "./roles/planning"
import { review } from "./roles/review"
import type { Role } from "./roles/role"
import { testing } from "./roles/testing"
import type { AgentSnapshot } from "./schema"
import type { AgentType } from "./type"

type Instructed = Pick<AgentSnapshot, "type" | "system_prompt">

/** The role that an agent has, with what its system prompt adds; Claude Code needs none. */
export function roleOf({ type, system_prompt }: Instructed): Role<unknown> | undefined {
  if (type === "claude_code") return undefined
  if (type === "custom") return custom(system_prompt)
  const role = roleOfType(type)
  if (!system_prompt) return role
  return { ...role, system: `${role.system}\n\n# What the user adds\n${system_prompt}` }
}

function roleOfType(type: Exclude<AgentType, "custom" | "claude_code">): Role<unknown> {
  switch (type) {
    case "discovery":
      return discovery
    case "design":
      return design
    case "planning":
      return planning
    case "implementation":
      return implementation
    case "testing":
      return testing
    case "review":
      return review
    case "documentation":
      return documentation
  }
}
