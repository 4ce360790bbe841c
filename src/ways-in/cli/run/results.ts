import type { Artifact, Run } from "../../../features/runs/schema"
import type { Call } from "../../../features/usage/schema"
import type { Client } from "../../client/client"
import type { Context } from "../context"
import { printable } from "../printable"
import { line } from "./next"
import { type OutPlace, textOf, writeArtifacts } from "./out"
import { nodeIdsOf } from "./progress"
import { summaryOf } from "./summary"

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

type Results = {
  run: Run
  place: OutPlace | undefined
  /** What stdout gets: the artifacts, a summary of them, all as JSON, or nothing. */
  texts: "whole" | "summary" | "json" | "none"
  home: string | undefined
  /** When the command began, if that was before the run did. */
  began?: number | undefined
}

const dearer = "To raise it, start again with a higher --budget; a day's is BUDGET_DAY_USD."

/** Writes and prints what a run made, and on stderr its errors and what it took. */
export async function showResults(
  context: Context,
  client: Client,
  { run, place, texts, home, began }: Results,
): Promise<void> {
  const { terminal } = context
  const show = line(`runs show ${run.id}`, { home })
  const nodeIds = nodeIdsOf(run)
  const artifacts = await newestArtifacts(client, run.run_id, nodeIds)
  const calls_summary = await summarizeCalls(client, run.run_id)
  if (place) writeArtifacts(context, place, artifacts, nodeIds)
  const stdout = {
    whole: () => textOf(artifacts),
    summary: () => summaryOf(artifacts),
    json: () => `${JSON.stringify({ run, artifacts, calls_summary })}\n`,
    none: () => "",
  }
  await terminal.out(stdout[texts]())
  for (const { node, error, message } of run.errors) {
    terminal.err(printable(`${node ?? "run"}: ${message}\n`))
    if (error === "BudgetExceededError") terminal.err(`${dearer}\n`)
  }
  terminal.err(`${closingLine(run, calls_summary, began)}\n`)
  if (place) terminal.err(`Artifacts are in ${place.path}\n`)
  else if (texts === "summary" && artifacts.length > 0) {
    terminal.err(`To read them: ${show}\nTo write them to files: ${show} --out DIR\n`)
  }
}

/** For example `Completed after 42.0 s, run ID, 3 model calls, 12345 tokens, cost unknown.` */
export function closingLine(
  run: Run,
  summary: CallsSummary,
  began = Number.POSITIVE_INFINITY,
): string {
  const until = run.completed_at === null ? Date.now() : Date.parse(run.completed_at)
  const spent_s = Math.max(0, until - Math.min(began, Date.parse(run.started_at))) / 1000
  const tokens = summary.input_tokens + summary.output_tokens
  const parts = [
    `${run.status.charAt(0).toUpperCase()}${run.status.slice(1)} after ${spent_s.toFixed(1)} s`,
    `run ${run.run_id}`,
    asked(summary),
    ...(tokens > 0 ? [`${tokens} tokens`, costOf(summary)] : []),
  ]
  return `${parts.join(", ")}.`
}

function asked({ calls, extractive }: CallsSummary): string {
  if (calls === 0) return extractive > 0 ? "no language model was used" : "no model was asked"
  return `${calls} model ${calls === 1 ? "call" : "calls"}`
}

function costOf({ cost_usd }: CallsSummary): string {
  return cost_usd === null ? "cost unknown" : `$${cost_usd.toFixed(4)}`
}
