import { jsonb, text, uuid } from "drizzle-orm/pg-core"
import type { Way } from "../../shapes/actor"
import type { AuditAction } from "../../shapes/audit-action"
import { amelia, createdAt, id } from "../columns"

/**
 * How decisions were made, stored in the transaction that applied them. Entries outlive the objects
 * that they name.
 */
export const audit = amelia.table("audit", {
  id: id(),
  action: text().$type<AuditAction>().notNull(),
  subjectId: uuid(),
  details: jsonb().$type<Record<string, unknown>>().notNull(),
  via: text().$type<Way>().notNull(),
  program: text(),
  createdAt: createdAt(),
})
export type AuditRow = typeof audit.$inferSelect
