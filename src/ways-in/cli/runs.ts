import { resolve } from "node:path"
import type { Comparison, NodeSide } from "../../features/runs/schema"
import { answer } from "./answer"
import { inColumns } from "./columns"
import type { Context, ExitCode } from "./context"
import { UsageError } from "./failure"
import { runs } from "./nouns"
import { type Add, collect, under, withCommonOptions, withFollowOptions } from "./options"
import { writeOutput } from "./output"
import { readText } from "./read-file"
import { actAndFollow, type FollowOptions } from "./run/follow"
import type { CommonOptions } from "./settings"

type ForkOptions = FollowOptions & {
  checkpoint: string
  query?: string
  artifact?: string[]
}

async function forkRun(
  context: Context,
  id: string,
  { checkpoint: checkpoint_id, query, artifact = [], ...options }: ForkOptions,
): Promise<ExitCode> {
  const edits = artifact.map(async (given) => {
    const [, node, path] = /^([^=]+)=(.+)$/.exec(given) ?? []
    if (!node || !path) throw new UsageError(`"${given}" is not NODE=FILE.`)
    return [node, await readText(context, path)] as const
  })
  const artifacts = Object.fromEntries(await Promise.all(edits))
  const input = query === undefined ? undefined : { query }
  return actAndFollow(context, options, ({ client }) =>
    client.forkRun(id, { checkpoint_id, artifacts, input }),
  )
}

async function replayRun(
  context: Context,
  path: string,
  options: FollowOptions,
): Promise<ExitCode> {
  const text = await readText(context, path)
  const file = await new Response(text).json().catch(() => {
    throw new UsageError(`${path} is not JSON.`)
  })
  return actAndFollow(context, options, ({ client }) => client.replayRun(file))
}

function exportRun(
  context: Context,
  id: string,
  { out, ...options }: CommonOptions & { out?: string },
): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const file = await client.exportRun(id)
    const text = `${JSON.stringify(file, null, 2)}\n`
    if (out === undefined) return { json: file, text }
    const path = resolve(context.cwd, out)
    writeOutput(context, path, text)
    return { json: { run_id: id, path }, text: `${path}\n` }
  })
}

function listCheckpoints(context: Context, id: string, options: CommonOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const checkpoints = await client.listCheckpoints(id)
    const rows = checkpoints.map(({ checkpoint_id, step, nodes, created_at }) => [
      ...[checkpoint_id, `${step}`, created_at, nodes.join(", ") || "–"],
    ])
    return { json: checkpoints, text: inColumns([["ID", "STEP", "AT", "AFTER"], ...rows]) }
  })
}

/** Prints two runs side by side and marks the steps that differ. */
function compareRuns(
  context: Context,
  id: string,
  other: string,
  options: CommonOptions,
): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const comparison = await client.compareRuns(id, other)
    return { json: comparison, text: textOf(comparison) }
  })
}

function textOf({ left, right, nodes }: Comparison): string {
  const rows = nodes.map(({ node, differs, left, right }) => [
    ...[differs ? "≠" : "=", node, figures(left), figures(right)],
  ])
  const whole = ["", "all", figures(left), figures(right)]
  return inColumns([["", "STEP", left.run_id, right.run_id], ...rows, whole])
}

type Figures = Pick<NodeSide, "cost_usd" | "duration_seconds"> & { status: string }

function figures(side: Figures | null): string {
  if (!side) return "–"
  const { status, cost_usd, duration_seconds } = side
  const time = duration_seconds === null ? "" : `, ${duration_seconds.toFixed(1)} s`
  const cost = cost_usd === null ? ", cost unknown" : `, $${cost_usd.toFixed(4)}`
  return `${status}${time}${cost}`
}

export const addRunsOfRuns: Add = (program, does) => {
  const command = under(program, runs.name)
  withCommonOptions(command.command("checkpoints <id>"))
    .description("list the checkpoints it can be forked from")
    .action(does(listCheckpoints))
  withFollowOptions(command.command("fork <id>"))
    .description("start a new run from one of its checkpoints")
    .requiredOption("--checkpoint <id>", "checkpoint to start from")
    .option("--query <text>", "new query from there on")
    .option("--artifact <node=file>", "replace a node's artifact with a file; repeatable", collect)
    .action(does(forkRun))
  withCommonOptions(command.command("export <id>"))
    .description("print it with its input, model calls and artifacts, as JSON")
    .option("--out <file>", "write to this file instead")
    .action(does(exportRun))
  withFollowOptions(command.command("replay <file>"))
    .description("rerun an exported one, using only its recorded answers")
    .action(does(replayRun))
  withCommonOptions(command.command("compare <id> <other>"))
    .description("compare two runs")
    .action(does(compareRuns))
}
