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

/** The decisions at a gate, by command name. */
export const decisions: Record<string, { decision: Decision; description: string }> = {
  approve: { decision: "approve", description: "approve the artifact and continue" },
  edit: { decision: "edit", description: "replace the artifact with a file" },
  "request-changes": { decision: "request_changes", description: "have the artifact revised" },
  reject: { decision: "reject", description: "reject the artifact; the run fails" },
}

/**
 * Decides at the gate where a run is waiting. Any decision but an edit lets the run continue. It is
 * then followed to its end or next gate, unless a `serve` process owns it, because it would stop
 * when the command exits.
 */
export async function decide(
  context: Context,
  { id, decision }: { id: string; decision: Decision },
  options: DecideOptions,
): Promise<ExitCode> {
  const edited = decision === "edit" ? await readEdit(context, options.file) : {}
  const { feedback } = options
  if (decision === "request_changes" && !feedback?.trim()) {
    throw new UsageError("Say what should change with --feedback.")
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
    // An edited artifact still needs approval, so waiting is success here.
    return decision === "edit" || serves ? exitCodes.done : exitCodeOf(run)
  })
}

/** Returns the gate where a run is waiting, and the version to decide on. */
async function gateOf(client: Client, id: string, node: string | undefined) {
  const { waiting, status }: Run = await client.getRun(id)
  if (waiting?.reason === "gate" && waiting.node && waiting.version !== undefined) {
    return { node: node ?? waiting.node, version: waiting.version }
  }
  throw new UsageError(`Run ${id} is not waiting for a decision: it is ${status}.`)
}
