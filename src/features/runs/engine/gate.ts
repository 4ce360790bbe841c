import type { ArtifactRow, DecisionRow } from "../../../platform/db/schema/runs"
import { AppError } from "../../../platform/errors"
import type {
  AgentNode,
  GateNode,
  MapNode,
  WorkflowNode,
} from "../../../platform/shapes/workflow-node"
import { currentSettings } from "../../settings/service"
import { listVersions } from "../artifact-store"
import { replayDecision } from "../control/replay-decision"
import type { StepDeps } from "../deps"
import { listDecisions } from "../gate-store"
import { type ActiveRun, RunWaits } from "./active"
import { runMap } from "./map"
import { NotApproved } from "./not-approved"
import { planStep, type Revision } from "./plan"
import { runStep } from "./step"

export type Question = {
  /** The node that waits. */
  node: WorkflowNode
  /** The node whose artifact a person decides about. The same node if it asks for approval. */
  about: AgentNode | MapNode
  /** When the time limit began. It begins anew with each version. `timeout` is in seconds. */
  since?: Date
  timeout?: number
}

/** Returns the node that a gate asks about: its last dependency, or what that gate asks about. */
export function aboutOf(nodes: readonly WorkflowNode[], gate: GateNode): AgentNode | MapNode {
  const about = nodes.find(({ id }) => id === gate.dependencies.at(-1))
  if (!about) throw new Error("A gate depends on nothing.")
  return about.type === "gate" ? aboutOf(nodes, about) : about
}

/**
 * Returns the decision that approves the newest version, or undefined if nothing was made. Runs the
 * revisions that were requested. Throws RunWaits until a person has decided, and NotApproved for a
 * rejection or if nobody decided in time.
 */
export async function awaitDecision(
  deps: StepDeps,
  run: ActiveRun,
  question: Question,
): Promise<DecisionRow | undefined> {
  const { node, about } = question
  for (;;) {
    const artifact = (await listVersions(deps.db, run.row.id, about.id)).at(-1)
    if (!artifact) return undefined
    const decisions = await listDecisions(deps.db, run.row.id)
    const last = decisions.findLast(
      (it) => it.node === node.id && it.version === artifact.version && it.decision !== "edit",
    )
    switch (last?.decision) {
      case "approve":
        return last
      case "reject":
        throw rejected(node, about, last)
      case "request_changes": {
        const asked = decisions.filter(
          (it) => it.about === about.id && it.decision === "request_changes",
        )
        const revision = { feedback: last.feedback ?? "", content: artifact.content }
        await revise(deps, run, about, asked.indexOf(last) + 1, revision)
        break
      }
      default:
        if (!run.row.recording) throw waitFor(question, artifact)
        await replayDecision(deps, run, question, artifact.version)
    }
  }
}

async function revise(
  deps: StepDeps,
  run: ActiveRun,
  about: AgentNode | MapNode,
  iteration: number,
  revision: Revision,
): Promise<void> {
  const settings = await currentSettings(deps)
  const plan = planStep(run.row, about, settings, { iteration, revision })
  const step =
    about.type === "map" ? await runMap(deps, run, about, plan) : await runStep(deps, run, plan)
  if (step.status === "completed") return
  const sentence = `${about.name} could not be revised: ${step.error ?? step.status}`
  throw new NotApproved(new AppError("AgentExecutionError", sentence, { node: about.id }))
}

function rejected(node: WorkflowNode, about: WorkflowNode, { version, feedback }: DecisionRow) {
  const why = feedback ? `: ${feedback}` : "."
  const sentence = `${about.name} was rejected${why}`
  const details = { node: node.id, about: about.id, version }
  return new NotApproved(new AppError("AgentExecutionError", sentence, details))
}

function waitFor({ node, since, timeout }: Question, { version, createdAt }: ArtifactRow): Error {
  const waiting = { reason: "gate", node: node.id, version } as const
  if (timeout === undefined || !since) return new RunWaits(waiting)
  const until = Math.max(since.getTime(), createdAt.getTime()) + timeout * 1000
  if (Date.now() < until) return new RunWaits({ ...waiting, until: new Date(until).toISOString() })
  const sentence = `Nobody decided at ${node.name} within ${timeout} seconds.`
  const details = { node: node.id, timeout }
  return new NotApproved(new AppError("AgentTimeoutError", sentence, details))
}
