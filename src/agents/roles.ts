import { design } from "./roles/design"
import { discovery } from "./roles/discovery"
import { planning } from "./roles/planning"
import type { Role } from "./roles/role"
import type { AgentType } from "./schema"

/** The role behind a type of agent. */
export function findRole(type: AgentType): Role<unknown> {
  switch (type) {
    case "discovery":
      return discovery
    case "design":
      return design
    case "planning":
      return planning
  }
}
