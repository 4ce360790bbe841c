import { index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core"
import type { GraphDefinition } from "../../shapes/workflow-node"
import { amelia, bytea, createdAt, id, updatedAt, version } from "../columns"

export const workflows = amelia.table(
  "workflows",
  {
    id: id(),
    name: text().notNull(),
    description: text().notNull().default(""),
    preset: text(),
    definition: jsonb().$type<GraphDefinition>().notNull(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index("workflows_name").on(table.name)],
)
export type WorkflowRow = typeof workflows.$inferSelect

const place = { threadId: text().notNull(), namespace: text().notNull().default("") }

/** LangGraph's checkpoints without their channel values, which are in `checkpoint_values`. */
export const checkpoints = amelia.table(
  "checkpoints",
  {
    ...place,
    checkpointId: text().notNull(),
    parentId: text(),
    checkpoint: jsonb().$type<unknown>().notNull(),
    metadata: jsonb().$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.threadId, table.namespace, table.checkpointId] })],
)
export type CheckpointRow = typeof checkpoints.$inferSelect

/** Each version of each channel, stored once for all checkpoints that contain it. */
export const checkpointValues = amelia.table(
  "checkpoint_values",
  {
    ...place,
    channel: text().notNull(),
    version: text().notNull(),
    type: text().notNull(),
    value: bytea().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.threadId, table.namespace, table.channel, table.version] }),
  ],
)

/** Values that tasks wrote after their checkpoint and before the next one. */
export const checkpointWrites = amelia.table(
  "checkpoint_writes",
  {
    ...place,
    checkpointId: text().notNull(),
    taskPath: text().notNull().default(""),
    taskId: text().notNull(),
    position: integer().notNull(),
    channel: text().notNull(),
    type: text().notNull(),
    value: bytea().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.threadId, table.namespace, table.checkpointId, table.taskId, table.position],
    }),
  ],
)
