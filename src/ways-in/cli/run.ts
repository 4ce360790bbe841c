import { resolve } from "node:path"
import type { Run, StartInput } from "../../features/runs/schema"
import { agentTypes } from "../../platform/shapes/agent-type"
import type { Client } from "../client/client"
import { withConnection } from "./connect"
import type { Context, ExitCode } from "./context"
import { namesOf, readSources, uploadAndIndex } from "./documents"
import { UsageError } from "./failure"
import { type Add, withWorkOptions } from "./options"
import { exitCodeOf, follow, interruption } from "./run/follow"
import { modelNotice } from "./run/model"
import { nextSteps } from "./run/next"
import { outPlace } from "./run/out"
import { showResults } from "./run/results"
import { ensureWorkflow, readTarget } from "./run/target"
import { type CommonOptions, loadConfig } from "./settings"

export type RunOptions = CommonOptions & {
  doc?: string[]
  /** Uses documents that look like secrets without asking. */
  force?: boolean
  model?: string
  repo?: string
  out?: string
  budget?: number
  /** Approves every gate. */
  yes?: boolean
  /** Prints the artifacts whole on a screen too, as an answer is. */
  whole?: boolean
}

const standardQuery = "What do these documents ask for?"

async function run(
  context: Context,
  workflow: string,
  query: string | undefined,
  options: RunOptions,
): Promise<ExitCode> {
  const target = await readTarget(context, workflow)
  return runToEnd(context, query, options, async (client, { input, ...more }) => {
    const { id } = await ensureWorkflow(client, target)
    return client.startWorkflow(id, input, more)
  })
}

type Start = (client: Client, given: StartInput) => Promise<Run>

/** Follows a run to its end and prints the results. Checks all arguments before it starts. */
export async function runToEnd(
  context: Context,
  given: string | undefined,
  options: RunOptions,
  start: Start,
): Promise<ExitCode> {
  const began = Date.now()
  const { config, warnings } = await loadConfig(context, options)
  const sources = await readSources(context, options.doc ?? [], options)
  const query = given?.trim() || (namesOf(sources).length > 0 ? standardQuery : "")
  if (query === "") throw new UsageError("Give a query, or documents with --doc.")
  const place = options.out ? outPlace(context, options.out) : undefined
  for (const warning of warnings) context.terminal.err(`Warning: ${warning}\n`)

  let started: Run | undefined
  const onInterrupt = (own: boolean) => interruption(started, own, options)
  return await withConnection(context, { config, options, onInterrupt }, async (connection) => {
    const { client } = connection
    const notice = options.model ? undefined : await modelNotice(client)
    if (notice) context.terminal.err(`${notice}\n`)
    const document_ids = await uploadAndIndex(context, client, sources)
    const input = {
      query,
      document_ids: document_ids.length > 0 ? document_ids : undefined,
      model: options.model || undefined,
      repo: options.repo ? resolve(context.cwd, options.repo) : undefined,
    }
    started = await start(client, { input, budget_usd: options.budget })
    const run = await follow(context, connection, started, options)
    // A pipe gets the artifacts whole, also when --out writes them to files.
    const isWhole = options.whole || !context.terminal.outIsTTY
    const texts = options.json ? "json" : isWhole ? "whole" : "summary"
    await showResults(context, client, { run, place, texts, home: options.home, began })
    context.terminal.err(nextSteps(run, { ...options, serves: connection.serves }))
    return exitCodeOf(run)
  })
}

export const addRun: Add = (program, does) => {
  withWorkOptions(program.command("run"))
    .description("run a workflow to its end and show what it made")
    .argument("<workflow>", "preset name, or path to a JSON definition")
    .argument("[query]", "the task or question")
    .option("--yes", "approve every gate without asking")
    .addHelpText("after", examples)
    .action(does(run))
}

const examples = `
Examples:
  amelia run discovery_design_planning "Plan the export" --doc notes.md --doc spec.md --out plan
  amelia run my-workflow.json "What is missing?" --model offline --json

A definition file is {"name": …, "nodes": [{"id", "name", "agent", "dependencies", …}]}.
At a gate it shows the artifact and asks you; without a terminal it exits with code 3.
An agent is the id of one of yours, or a type:
${agentTypes.join(", ")}.`
