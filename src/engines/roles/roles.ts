import type { AgentSnapshot } from "../../platform/shapes/agent"
import type { AgentType } from "../../platform/shapes/agent-type"
import { custom } from "./custom/role"
import { design } from "./design/role"
import { discovery } from "./discovery/role"
import { documentation } from "./documentation/role"
import { implementation } from "./implementation/role"
import { planning } from "./planning/role"
import { review } from "./review/role"
import type { Role } from "./role"
import { testing } from "./testing/role"

const roles: Record<Exclude<AgentType, "custom" | "claude_code">, Role<unknown>> = {
  ...{ discovery, design, planning, implementation, testing, review, documentation },
}

type Instructed = Pick<AgentSnapshot, "type" | "system_prompt">

/** Returns an agent's role, extended by its system prompt. Claude Code agents have none. */
export function roleOf({ type, system_prompt }: Instructed): Role<unknown> | undefined {
  if (type === "claude_code") return undefined
  if (type === "custom") return custom(system_prompt)
  const role = roles[type]
  if (!system_prompt) return role
  return { ...role, system: `${role.system}\n\n# What the user adds\n${system_prompt}` }
}
