import { jsonb, text } from "drizzle-orm/pg-core"
import { amelia, createdAt, id, updatedAt, version } from "../db/columns"
import type { AgentChoices } from "./schema"
import type { AgentType } from "./type"

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
