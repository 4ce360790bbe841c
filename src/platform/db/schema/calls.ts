import { index, integer, jsonb, numeric, real, text, uniqueIndex, uuid } from "drizzle-orm/pg-core"
import { amelia, createdAt, id } from "../columns"
import { chatSessions } from "./chat"
import { runs } from "./runs"

/**
 * Every model call and retrieval, recorded before its answer is used. The key is its position in
 * the run, so a restart or a replay finds the answer again and nobody else does.
 */
export const calls = amelia.table(
  "calls",
  {
    id: id(),
    runId: uuid().references(() => runs.id, { onDelete: "cascade" }),
    /**
     * The message of a chat call, which belongs to no run. The cost stays when the chat is deleted.
     */
    sessionId: uuid().references(() => chatSessions.id, { onDelete: "set null" }),
    node: text(),
    iteration: integer().notNull().default(0),
    mapIndex: integer().notNull().default(0),
    attempt: integer().notNull().default(1),
    /** Counts the calls of one attempt from 0. */
    nth: integer().notNull().default(0),
    kind: text().$type<"model" | "retrieval">().notNull(),
    provider: text().notNull(),
    model: text().notNull(),
    /** SHA-256 of the request; a check, not a key. */
    requestHash: text().notNull(),
    request: jsonb().$type<unknown>(),
    response: jsonb().$type<unknown>(),
    inputTokens: integer(),
    outputTokens: integer(),
    cachedTokens: integer(),
    costUsd: numeric({ precision: 14, scale: 8, mode: "number" }),
    firstTokenMs: real(),
    durationMs: real().notNull(),
    retries: integer().notNull().default(0),
    requestId: text(),
    error: text(),
    errorName: text(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex("calls_place").on(
      table.runId,
      table.node,
      table.iteration,
      table.mapIndex,
      table.attempt,
      table.nth,
    ),
    index("calls_created").on(table.createdAt),
    index("calls_session").on(table.sessionId),
  ],
)
export type CallRow = typeof calls.$inferSelect
export type NewCall = typeof calls.$inferInsert
