import type { GateInput, Run } from "../../features/runs/schema"
import type { Client } from "../client/client"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { readEdit } from "./edit"
import { UsageError } from "./failure"
import { follow } from "./run/follow"
import { exitCodeOf, sayHowItGoesOn } from "./run/gate"
import { createProgress } from "./run/progress"
import { type CommonOptions, loadConfig } from "./settings"

export type DecideOptions = CommonOptions & { node?: string; feedback?: string; file?: string }

type Decision = GateInput["decision"]

/** What one can say at a gate, by the names of the commands. */
export const decisions: Record<string, { decision: Decision; description: string }> = {
  approve: { decision: "approve", description: "approve what a run made, and go on" },
  edit: { decision: "edit", description: "put a file in place of what a run made" },
  "request-changes": { decision: "request_changes", description: "have it revised" },
  reject: { decision: "reject", description: "reject what a run made; the run fails" },
}

/**
 * Decides at the gate that a run waits at. Any decision but an edit lets it go on, and then it is
 * followed to its end or its next gate where no `serve` has it, since it would stop with the command.
 */
export async function decide(
  context: Context,
  { id, decision }: { id: string; decision: Decision },
  options: DecideOptions,
): Promise<ExitCode> {
  const edited = decision === "edit" ? await readEdit(context, options.file) : {}
  const { feedback } = options
  if (decision === "request_changes" && !feedback?.trim()) {
    throw new UsageError("Say with --feedback what should change.")
  }
  const { config } = await loadConfig(context, options)
  return withConnection(context, { config, options }, async ({ client, serves }) => {
    const gate = await gateOf(client, id, options.node)
    const said = { decision, version: gate.version, ...edited, ...(feedback ? { feedback } : {}) }
    const decided = await client.decide(id, gate.node, said)
    const progress = createProgress(context.terminal, Object.keys(decided.nodes), false)
    const isDone = serves || decided.status !== "running"
    const run = isDone ? decided : await follow(client, id, progress, context.interrupted)
    const text = `${id}: ${run.status}${run.waiting?.version ? ` for version ${run.waiting.version}` : ""}\n`
    await context.terminal.out(options.json ? `${JSON.stringify(run)}\n` : text)
    sayHowItGoesOn(context, run, options)
    // After an edit it waits, as it should.
    return decision === "edit" || serves ? exitCodes.done : exitCodeOf(run)
  })
}

/** The gate that a run waits at, and the version that it asks about. */
async function gateOf(client: Client, id: string, node: string | undefined) {
  const { waiting, status }: Run = await client.getRun(id)
  if (waiting?.reason === "gate" && waiting.node && waiting.version !== undefined) {
    return { node: node ?? waiting.node, version: waiting.version }
  }
  throw new UsageError(`Run ${id} waits for no decision: it is ${status}.`)
}
