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
import { amelia, createdAt, id, moment, updatedAt, version } from "../columns"
import { agents } from "./agents"
import { workflows } from "./workflows"

/** The constraint that holds an agent to one run at a time. */
export const ONE_RUN_AN_AGENT = "runs_agent_at_work"

/** One execution of a workflow or an agent; keeps the definition and agents that it started with. */
export const runs = amelia.table(
  "runs",
  {
    id: id(),
    workflowId: uuid().references(() => workflows.id, { onDelete: "cascade" }),
    agentId: uuid().references(() => agents.id, { onDelete: "cascade" }),
    /** The agent's name, where it is an agent that runs. */
    workflowName: text().notNull(),
    definition: jsonb().$type<GraphDefinition>().notNull(),
    /** By their ids, those that the definition names. */
    agents: jsonb().$type<Record<string, AgentSnapshot>>().notNull().default({}),
    input: jsonb().$type<RunInput>().notNull(),
    forkedFrom: jsonb().$type<ForkedFrom>(),
    /** Of a replay: it asks nobody, neither models nor people. */
    recording: jsonb().$type<Recording>(),
    status: text().$type<RunStatus>().notNull(),
    waiting: jsonb().$type<Waiting>(),
    /** When a waiting run goes on by itself; null if only a person can let it. */
    wakeAt: moment(),
    pauseRequested: boolean().notNull().default(false),
    /** What it may cost in USD; null for what the settings say. */
    budgetUsd: numeric({ precision: 14, scale: 8, mode: "number" }),
    error: text(),
    /** The process that runs it. Of two processes on one database only the owner writes steps. */
    owner: text(),
    /** On a server, when the owner counts as dead unless it says more; by the database's clock. */
    leaseUntil: moment(),
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

/** Whether a fork took it over from the run that it comes from. */
const copied = () => boolean().notNull().default(false)

/**
 * The truth about what was done: a step that has a finished row here is never run again. `mapIndex`
 * counts the items of a map, whose own row has WHOLE_MAP; `iteration` counts revisions.
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
    /** Attempts that ended since the provider has a limit; they don't count against retries. */
    parked: integer().notNull().default(0),
    /** Failed, it doesn't fail the run. */
    tolerated: boolean().notNull().default(false),
    status: text().$type<StepStatus>().notNull(),
    progress: real().notNull().default(0),
    model: text(),
    input: jsonb().$type<unknown>(),
    output: jsonb().$type<unknown>(),
    error: text(),
    errorName: text(),
    /** What the model answered last, where that could not be used. */
    rawOutput: text(),
    startedAt: moment(),
    completedAt: moment(),
    copied: copied(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("steps_place").on(table.runId, table.node, table.iteration, table.mapIndex),
  ],
)
export type StepRow = typeof steps.$inferSelect

/** The `mapIndex` of the step that joins the items of a map. */
export const WHOLE_MAP = -1

/**
 * What a step made, for people and for machines; written in the transaction that finishes it. A
 * new version comes from a revision, or from a person who edits it at a gate.
 */
export const artifacts = amelia.table(
  "artifacts",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    node: text().notNull(),
    /** Of an item of a map; null for what the node made as a whole. */
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

/** What people decided at gates, in that order. The last one about a version is what counts. */
export const gateDecisions = amelia.table(
  "gate_decisions",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    /** The node that waits. */
    node: text().notNull(),
    /** The node whose artifact it is about, and the version that the person saw. */
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

/** What steps tell of themselves while they work, in the order in which it happened. */
export const runLogs = amelia.table(
  "run_logs",
  {
    id: id(),
    runId: uuid()
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    node: text().notNull(),
    /** Null for a bare role. Not a reference: the line outlives the agent, with its run. */
    agentId: uuid(),
    level: text().$type<LogLevel>().notNull(),
    message: text().notNull(),
    at: moment().notNull(),
  },
  (table) => [
    index("run_logs_run").on(table.runId, table.id),
    index("run_logs_agent").on(table.agentId, table.id),
  ],
)
export type LogRow = typeof runLogs.$inferSelect
