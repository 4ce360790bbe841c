import { bigint, index, integer, jsonb, text, uuid } from "drizzle-orm/pg-core"
import { amelia, createdAt } from "../columns"

/** Events of record, in the order in which their transactions committed. */
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
 * One row. Taking ids from it, last in each transaction, gives them in commit order without gaps;
 * a sequence would leave gaps on rollback and let a later id commit first.
 */
export const eventCounter = amelia.table("event_counter", {
  id: integer().primaryKey(),
  last: bigint({ mode: "number" }).notNull(),
})
