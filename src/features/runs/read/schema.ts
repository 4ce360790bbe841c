import { z } from "zod"
import { agentSnapshot } from "../../../platform/shapes/agent"
import { citationSchema } from "../../../platform/shapes/citation"
import { gateDecisions, runInput, runStatus, stepStatus } from "../../../platform/shapes/run"
import { graphDefinitionSchema } from "../../../platform/shapes/workflow-node"
import { exchangesSchema } from "../../usage/exchange"

/** Changes whenever the meaning of the file changes. */
export const EXPORT_VERSION = 1

const text = z.string()
const moment = z.iso.datetime()
const node = text.max(64)
const version = z.int32().positive()

const step = z.object({
  node,
  iteration: z.int32().nonnegative(),
  map_index: z.int32(),
  attempt: z.int32().positive(),
  status: stepStatus,
  tolerated: z.boolean(),
  model: text.nullable(),
  input: z.unknown(),
  output: z.unknown(),
  error: text.nullable(),
  error_name: text.nullable(),
  started_at: moment.nullable(),
  completed_at: moment.nullable(),
  /** True if a fork copied it: it has no calls of its own, so a replay copies it too. */
  copied: z.boolean(),
})

const artifact = z.object({
  node,
  map_index: z.int32().nonnegative().nullable(),
  version,
  content: text,
  data: z.unknown(),
  citations: z.array(citationSchema),
  copied: z.boolean(),
  created_at: moment,
})

const decision = z.object({
  node,
  about: node,
  version,
  decision: z.enum(gateDecisions),
  feedback: text.nullable(),
  copied: z.boolean(),
  created_at: moment,
})

/** A run as one file, with everything needed to replay it on any machine. */
export const runExport = z.object({
  format: z.literal("amelia-run", "This is not an exported run."),
  version: z.literal(EXPORT_VERSION, `Only version ${EXPORT_VERSION} of an export can be read.`),
  amelia_version: text,
  exported_at: moment,
  /** Null if it can be replayed. */
  not_replayable: text.nullable(),
  run: z.object({
    id: z.uuid(),
    workflow_id: z.uuid().nullable(),
    agent_id: z.uuid().nullable(),
    workflow_name: text.min(1).max(200),
    status: runStatus,
    error: text.nullable(),
    started_at: moment,
    completed_at: moment.nullable(),
  }),
  definition: graphDefinitionSchema,
  /** By id, or by type for bare roles. */
  agents: z.record(text, agentSnapshot),
  input: runInput,
  steps: z.array(step),
  decisions: z.array(decision),
  artifacts: z.array(artifact),
  /** Requests to models and the search, with their answers. */
  calls: exchangesSchema,
  totals: z.object({
    calls: z.int(),
    input_tokens: z.number(),
    output_tokens: z.number(),
    cost_usd: z.number().nullable(),
    duration_seconds: z.number().nullable(),
  }),
})
export type RunExport = z.infer<typeof runExport>
