import { bigint, index, integer, jsonb, text, uuid } from "drizzle-orm/pg-core"
import { amelia, createdAt } from "../columns"

/** Recorded events, in the order in which their transactions committed. */
export const events = amelia.table(
  "events",
  {
    id: bigint({ mode: "number" }).primaryKey(),
    type: text().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
    source: text().notNull(),
    runId: uuid(),
    agentId: uuid(),
    createdAt: createdAt(),
  },
  (table) => [
    index("events_type").on(table.type, table.id),
    index("events_run").on(table.runId, table.id),
    index("events_agent").on(table.agentId, table.id),
  ],
)
export type EventRow = typeof events.$inferSelect

/**
 * One row. Transactions take their ids from it last, so ids follow the commit order without gaps. A
 * sequence would leave gaps on rollback and could let a later id commit first.
 */
export const eventCounter = amelia.table("event_counter", {
  id: integer().primaryKey(),
  last: bigint({ mode: "number" }).notNull(),
})
