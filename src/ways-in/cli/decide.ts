import type { GateInput, Run } from "../../features/runs/schema"
import type { Client } from "../client/client"
import { answer } from "./answer"
import type { Context, ExitCode } from "./context"
import { readEdit } from "./edit"
import { UsageError } from "./failure"
import { runs } from "./nouns"
import { type Add, under, withCommonOptions, withFollowOptions } from "./options"
import { actAndFollow, type FollowOptions } from "./run/follow"
import { nextSteps } from "./run/next"

type DecideOptions = FollowOptions & { node?: string; feedback?: string; file?: string }

type Decision = GateInput["decision"]

const decisions: Record<string, { decision: Decision; description: string }> = {
  approve: { decision: "approve", description: "approve the artifact and continue" },
  edit: { decision: "edit", description: "replace the artifact with a file" },
  "request-changes": { decision: "request_changes", description: "have the artifact revised" },
  reject: { decision: "reject", description: "reject the artifact; the run fails" },
}

/** Decides at the gate where a run is waiting, and follows the run. An edit leaves it waiting. */
async function decide(
  context: Context,
  decision: Decision,
  id: string,
  options: DecideOptions,
): Promise<ExitCode> {
  const edited = decision === "edit" ? await readEdit(context, options.file) : {}
  const { feedback } = options
  if (decision === "request_changes" && !feedback?.trim()) {
    throw new UsageError("Describe what should change with --feedback.")
  }
  const act = async (client: Client) => {
    const gate = await gateOf(client, id, options.node)
    const said = { decision, version: gate.version, ...edited, feedback: feedback || undefined }
    return client.decide(id, gate.node, said)
  }
  if (decision !== "edit") return actAndFollow(context, options, ({ client }) => act(client))
  return answer(context, options, async ({ client, serves }) => {
    const run = await act(client)
    context.terminal.err(nextSteps(run, { ...options, serves }))
    return { json: run, text: `${id}: waiting for version ${run.waiting?.version}\n` }
  })
}

async function gateOf(client: Client, id: string, node: string | undefined) {
  const { waiting, status }: Run = await client.getRun(id)
  if (waiting?.reason === "gate" && waiting.node && waiting.version !== undefined) {
    return { node: node ?? waiting.node, version: waiting.version }
  }
  throw new UsageError(`Run ${id} is not waiting for a decision: it is ${status}.`)
}

export const addDecisions: Add = (program, does) => {
  for (const [name, { decision, description }] of Object.entries(decisions)) {
    const withOptions = decision === "edit" ? withCommonOptions : withFollowOptions
    const command = withOptions(under(program, runs.name).command(`${name} <id>`))
      .description(description)
      .option("--node <node>", "the gate (default: the waiting one)")
    if (decision === "edit")
      command.option("--file <file>", "the new text (Markdown), or .json for the data")
    if (decision === "request_changes") command.option("--feedback <text>", "what should change")
    if (decision === "reject") command.option("--feedback <text>", "why")
    const decideSo = (context: Context, id: string, options: DecideOptions) =>
      decide(context, decision, id, options)
    command.action(does(decideSo))
  }
}
