import { jsonb, text } from "drizzle-orm/pg-core"
import type { AgentChoices } from "../../shapes/agent"
import type { AgentType } from "../../shapes/agent-type"
import { amelia, createdAt, id, updatedAt, version } from "../columns"

export const agents = amelia.table("agents", {
  id: id(),
  name: text().notNull(),
  type: text().$type<AgentType>().notNull(),
  choices: jsonb().$type<AgentChoices>().notNull(),
  version: version(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})
export type AgentRow = typeof agents.$inferSelect
