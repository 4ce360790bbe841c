import { sql } from "drizzle-orm"
import { boolean, index, jsonb, text, uniqueIndex, uuid } from "drizzle-orm/pg-core"
import type { MessageMetadata } from "../../shapes/message"
import { amelia, createdAt, id, timestamptz, updatedAt } from "../columns"

export const chatSessions = amelia.table("chat_sessions", {
  id: id(),
  /** Null until the first message sets it. */
  title: text(),
  /** Null to use the settings. */
  model: text(),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
})
export type SessionRow = typeof chatSessions.$inferSelect

export const chatMessages = amelia.table(
  "chat_messages",
  {
    id: id(),
    sessionId: uuid()
      .notNull()
      .references(() => chatSessions.id, { onDelete: "cascade" }),
    role: text().$type<"user" | "assistant">().notNull(),
    content: text().notNull(),
    metadata: jsonb().$type<MessageMetadata>().notNull(),
    /** True while a process writes it. Setting it to false ends the message. */
    generating: boolean().notNull().default(false),
    /** When that process last saved it, by the database's clock. */
    savedAt: timestamptz().notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (table) => [
    index("chat_messages_session").on(table.sessionId, table.id),
    uniqueIndex("chat_messages_generating").on(table.sessionId).where(sql`${table.generating}`),
  ],
)
export type MessageRow = typeof chatMessages.$inferSelect
