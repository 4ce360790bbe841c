import { join, resolve } from "node:path"
import type { Artifact, Run } from "../../../features/runs/schema"
import type { Call } from "../../../features/usage/schema"
import { messageOf } from "../../../platform/errors"
import type { Client } from "../../client/client"
import type { Context } from "../context"
import { UsageError } from "../failure"
import { makeOutputFolder, writeOutput } from "../output"

/** `extractive` counts answers of the offline provider. An unknown price makes the cost null. */
type CallsSummary = {
  calls: number
  extractive: number
  models: string[]
  input_tokens: number
  output_tokens: number
  cost_usd: number | null
  duration_ms: number
}

export async function summarizeCalls(client: Client, runId: string): Promise<CallsSummary> {
  const calls = await client.listCalls(runId)
  const answers = calls.filter(({ kind }) => kind === "model")
  const asked = answers.filter(({ provider }) => provider !== "offline")
  const sum = (of: (call: Call) => number | null) =>
    asked.reduce((total, call) => total + (of(call) ?? 0), 0)
  return {
    calls: asked.length,
    extractive: answers.length - asked.length,
    models: [...new Set(asked.map(({ model }) => model))],
    input_tokens: sum((call) => call.input_tokens),
    output_tokens: sum((call) => call.output_tokens),
    cost_usd: asked.some((call) => call.cost_usd === null) ? null : sum((call) => call.cost_usd),
    duration_ms: sum((call) => call.duration_ms),
  }
}

/** Returns the newest version of each node's artifact, in the order of `nodeIds`. */
export async function newestArtifacts(
  client: Client,
  runId: string,
  nodeIds: string[],
): Promise<Artifact[]> {
  const newest = new Map<string, Artifact>()
  for (const artifact of await client.listArtifacts(runId)) {
    const other = newest.get(artifact.node)
    if (!other || other.version < artifact.version) newest.set(artifact.node, artifact)
  }
  return nodeIds.flatMap((id) => newest.get(id) ?? [])
}

/** Creates the folder for --out before the run starts. Throws a UsageError if it can't. */
export function makeOutFolder(context: Context, given: string): string {
  const folder = resolve(context.cwd, given)
  try {
    makeOutputFolder(context, folder)
    return folder
  } catch (error) {
    throw new UsageError(`The folder ${given} can't be created: ${messageOf(error)}`)
  }
}

/** Writes `<n>-<node>.md` and `.json`; `n` is the node's position in the workflow, from 1. */
export function writeArtifacts(
  context: Context,
  folder: string,
  artifacts: Artifact[],
  nodeIds: string[],
): void {
  for (const artifact of artifacts) {
    const path = join(folder, `${nodeIds.indexOf(artifact.node) + 1}-${artifact.node}`)
    writeOutput(context, `${path}.md`, `${artifact.content.trimEnd()}\n`)
    writeOutput(context, `${path}.json`, `${JSON.stringify(artifact, null, 2)}\n`)
  }
}

/** For example `Completed after 42.0 s, run ID, 3 model calls, 12345 tokens, cost unknown.` */
export function closingLine(run: Run, summary: CallsSummary): string {
  const until = run.completed_at === null ? Date.now() : Date.parse(run.completed_at)
  const spent_s = Math.max(0, until - Date.parse(run.started_at)) / 1000
  const tokens = summary.input_tokens + summary.output_tokens
  const parts = [
    `${run.status.charAt(0).toUpperCase()}${run.status.slice(1)} after ${spent_s.toFixed(1)} s`,
    `run ${run.run_id}`,
    summary.calls === 0
      ? "no language model was used"
      : `${summary.calls} model ${summary.calls === 1 ? "call" : "calls"}`,
    ...(tokens > 0 ? [`${tokens} tokens`, costOf(summary)] : []),
  ]
  return `${parts.join(", ")}.`
}

function costOf({ cost_usd }: CallsSummary): string {
  return cost_usd === null ? "cost unknown" : `$${cost_usd.toFixed(4)}`
}
