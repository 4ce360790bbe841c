import { isNotNull, isNull, sql } from "drizzle-orm"
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  numeric,
  real,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core"
import type { AgentSnapshot } from "../../shapes/agent"
import type { Citation } from "../../shapes/citation"
import type {
  ForkedFrom,
  GateDecision,
  LogLevel,
  Recording,
  RunInput,
  RunStatus,
  StepStatus,
  Waiting,
} from "../../shapes/run"
import type { GraphDefinition } from "../../shapes/workflow-node"
import { amelia, createdAt, id, timestamptz, updatedAt, version } from "../columns"
import { agents } from "./agents"
import { workflows } from "./workflows"

/** The constraint that limits an agent to one run at a time. */
export const ONE_RUN_AN_AGENT = "runs_agent_at_work"

/**
 * One execution of a workflow or an agent. Keeps the definition and agents that it started with.
 */
export const runs = amelia.table(
  "runs",
  {
    id: id(),
    workflowId: uuid().references(() => workflows.id, { onDelete: "cascade" }),
    agentId: uuid().references(() => agents.id, { onDelete: "cascade" }),
    /** The agent's name, if an agent runs by itself. */
    workflowName: text().notNull(),
    definition: jsonb().$type<GraphDefinition>().notNull(),
    /** The agents that the definition names, by id. */
    agents: jsonb().$type<Record<string, AgentSnapshot>>().notNull().default({}),
    input: jsonb().$type<RunInput>().notNull(),
    forkedFrom: jsonb().$type<ForkedFrom>(),
    /** The recording of a replay. A replay calls no models and asks no people. */
    recording: jsonb().$type<Recording>(),
    status: text().$type<RunStatus>().notNull(),
    waiting: jsonb().$type<Waiting>(),
    /** When a waiting run continues by itself; null if only a person can continue it. */
    wakeAt: timestamptz(),
    pauseRequested: boolean().notNull().default(false),
    /** Maximum cost in USD; null to use the settings. */
    budgetUsd: numeric({ precision: 14, scale: 8, mode: "number" }),
    error: text(),
    /** The process that runs it. If two processes share a database, only the owner writes steps. */
    owner: text(),
    /**
     * When the owner counts as dead unless it renews the lease, by the database's clock. Servers
     * only.
     */
    leaseUntil: timestamptz(),
    /** Takeovers since a step last finished. The third one interrupts the run. */
    takeOvers: integer().notNull().default(0),
    version: version(),
    startedAt: timestamptz().notNull(),
    completedAt: timestamptz(),
    /** When its checkpoints and the bodies of its calls were deleted because of their age. */
    recordsRemovedAt: timestamptz(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("runs_workflow").on(table.workflowId, table.id),
    index("runs_agent").on(table.agentId, table.id),
    index("runs_status").on(table.status, table.id),
    index("runs_wake").on(table.wakeAt).where(isNotNull(table.wakeAt)),
    check("runs_of_one", sql`num_nonnulls(${table.workflowId}, ${table.agentId}) = 1`),
    uniqueIndex(ONE_RUN_AN_AGENT)
      .on(table.agentId)
      .where(sql`${table.status} in ('running', 'waiting', 'paused')`),
    index("runs_records").on(table.completedAt).where(isNull(table.recordsRemovedAt)),
  ],
)
export type RunRow = typeof runs.$inferSelect

/** True if a fork copied it from its source run. */
const copied = () => boolean().notNull().default(false)

/**
 * The record of completed work: a step with a finished row is never run again. `mapIndex` counts
 * the items of a map, whose own row has WHOLE_MAP; `iteration` counts revisions.
 */
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
    /** Attempts that hit a provider's limit. They don't count against retries. */
    parked: integer().notNull().default(0),
    /** True if its failure doesn't fail the run. */
    tolerated: boolean().notNull().default(false),
    status: text().$type<StepStatus>().notNull(),
    progress: real().notNull().default(0),
    model: text(),
    input: jsonb().$type<unknown>(),
    output: jsonb().$type<unknown>(),
    error: text(),
    errorName: text(),
    /** The model's last answer, if it could not be used. */
    rawOutput: text(),
    startedAt: timestamptz(),
    completedAt: timestamptz(),
    copied: copied(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("steps_place").on(table.runId, table.node, table.iteration, table.mapIndex),
  ],
)
export type StepRow = typeof steps.$inferSelect

/** The `mapIndex` of the step that joins a map's items. */
export const WHOLE_MAP = -1

/**
 * The output of a step, for people and for machines. Written in the transaction that finishes the
 * step. Revisions, and edits by a person at a gate, add new versions.
 */
export const artifacts = amelia.table(
  "artifacts",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    node: text().notNull(),
    /** Index of a map's item; null for the output of the whole node. */
    mapIndex: integer(),
    version: version(),
    content: text().notNull(),
    data: jsonb().$type<unknown>().notNull(),
    citations: jsonb().$type<Citation[]>().notNull(),
    copied: copied(),
    createdAt: createdAt(),
  },
  (table) => [
    unique("artifacts_place")
      .on(table.runId, table.node, table.mapIndex, table.version)
      .nullsNotDistinct(),
  ],
)
export type ArtifactRow = typeof artifacts.$inferSelect

/** Decisions at gates, in order. The last one about a version counts. */
export const gateDecisions = amelia.table(
  "gate_decisions",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    /** The waiting node. */
    node: text().notNull(),
    /** The node whose artifact is decided on, and the version that the person saw. */
    about: text().notNull(),
    version: integer().notNull(),
    decision: text().$type<GateDecision>().notNull(),
    feedback: text(),
    copied: copied(),
    createdAt: createdAt(),
  },
  (table) => [index("gate_decisions_run").on(table.runId, table.id)],
)
export type DecisionRow = typeof gateDecisions.$inferSelect

/** Log lines of steps, in the order in which they were written. */
export const runLogs = amelia.table(
  "run_logs",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    node: text().notNull(),
    /**
     * Null for a built-in role. Not a reference: the line stays with its run when the agent is
     * deleted.
     */
    agentId: uuid(),
    level: text().$type<LogLevel>().notNull(),
    message: text().notNull(),
    at: timestamptz().notNull(),
  },
  (table) => [
    index("run_logs_run").on(table.runId, table.id),
    index("run_logs_agent").on(table.agentId, table.id),
  ],
)
export type LogRow = typeof runLogs.$inferSelect
