import { isNull } from "drizzle-orm"
import { boolean, index, integer, jsonb, real, text, uniqueIndex, uuid } from "drizzle-orm/pg-core"
import type { Citation } from "../agents/schema"
import { amelia, createdAt, id, moment, updatedAt, version } from "../db/columns"
import type { GraphDefinition } from "../workflows/schema"
import { workflows } from "../workflows/table"
import type { Run, RunInput, RunStatus, StepStatus } from "./schema"

/** One execution of a workflow; keeps the definition that it started with. */
export const runs = amelia.table(
  "runs",
  {
    id: id(),
    workflowId: uuid()
      .notNull()
      .references(() => workflows.id, { onDelete: "cascade" }),
    workflowName: text().notNull(),
    definition: jsonb().$type<GraphDefinition>().notNull(),
    input: jsonb().$type<RunInput>().notNull(),
    status: text().$type<RunStatus>().notNull(),
    waiting: jsonb().$type<NonNullable<Run["waiting"]>>(),
    pauseRequested: boolean().notNull().default(false),
    error: text(),
    /** The process that runs it. Of two processes on one database only the owner writes steps. */
    owner: text(),
    /** Take-overs since a step was last finished; the third ends the run as interrupted. */
    takeOvers: integer().notNull().default(0),
    version: version(),
    startedAt: moment().notNull(),
    completedAt: moment(),
    /** Since when its checkpoints and the bodies of its calls are gone, for their age. */
    recordsRemovedAt: moment(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("runs_workflow").on(table.workflowId, table.id),
    index("runs_status").on(table.status, table.id),
    index("runs_records").on(table.completedAt).where(isNull(table.recordsRemovedAt)),
  ],
)
export type RunRow = typeof runs.$inferSelect

/** The truth about what was done: a step that has a finished row here is never run again. */
export const steps = amelia.table(
  "steps",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    node: text().notNull(),
    iteration: integer().notNull().default(0),
    mapIndex: integer().notNull().default(0),
    attempt: integer().notNull().default(1),
    status: text().$type<StepStatus>().notNull(),
    progress: real().notNull().default(0),
    model: text(),
    input: jsonb().$type<unknown>(),
    output: jsonb().$type<unknown>(),
    error: text(),
    errorName: text(),
    startedAt: moment(),
    completedAt: moment(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("steps_place").on(table.runId, table.node, table.iteration, table.mapIndex),
  ],
)
export type StepRow = typeof steps.$inferSelect

/** What a step made, for people and for machines; written in the transaction that finishes it. */
export const artifacts = amelia.table(
  "artifacts",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    node: text().notNull(),
    version: version(),
    content: text().notNull(),
    data: jsonb().$type<unknown>().notNull(),
    citations: jsonb().$type<Citation[]>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [uniqueIndex("artifacts_place").on(table.runId, table.node, table.version)],
)
export type ArtifactRow = typeof artifacts.$inferSelect
