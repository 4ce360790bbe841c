import { roleOf } from "../../../engines/roles/roles"
import type { ArtifactRow, RunRow } from "../../../platform/db/schema/runs"
import { AppError, invalid } from "../../../platform/errors"
import { transact } from "../../../platform/events/transact"
import { type Actor, describeWay } from "../../../platform/shapes/actor"
import type { WorkflowNode } from "../../../platform/shapes/workflow-node"
import { authorize } from "../../audit/service"
import { insertArtifact, listVersions, type NewArtifact } from "../artifact-store"
import { aboutOf } from "../engine/gate"
import { snapshotOf } from "../engine/plan"
import { insertDecision } from "../gate-store"
import { leased } from "../leases/lease-store"
import type { RunDeps } from "../leases/supervisor"
import { logStep } from "../log-store"
import { runRef } from "../read/ref"
import type { GateInput, Run } from "../schema"
import { getRun } from "../service"
import * as store from "../store"

/**
 * Stores a decision at a gate; any but an edit continues the run. Throws WorkflowStateError,
 * ConcurrentModificationError for a newer version, ValidationError for an unreadable edit.
 */
export async function decide(
  deps: RunDeps,
  id: string,
  nodeId: string,
  input: GateInput,
  by: Actor,
): Promise<Run> {
  const launched = await transact(deps, async (deps, emit) => {
    const { db } = deps
    const row = await requireWaiting(await store.lockRun(db, id), id, nodeId)
    const node = requireNode(row, nodeId)
    const about = node.type === "gate" ? aboutOf(row.definition.nodes, node) : node
    const artifact = (await listVersions(db, id, about.id)).at(-1)
    if (!artifact || artifact.version !== input.version) throw outdated(id, nodeId, input, artifact)

    const data = runRef(row)
    const { decision, version, feedback = null } = input
    const details = { node: nodeId, decision, version, feedback }
    await insertDecision(db, { runId: id, about: about.id, ...details })
    await authorize(deps, by, { action: "decide_gate", subjectId: id, details })
    await logStep(db, row, node, "INFO", [said(input, by)])
    if (decision === "edit") {
      const edited = edit(deps, row, about, artifact, input)
      const version = await insertArtifact(db, edited)
      const waiting = row.waiting && { ...row.waiting, version }
      await store.moveRun(db, id, "waiting", { waiting })
      if (data && waiting) emit({ type: "workflow.waiting", data: { ...data, ...waiting } })
      return undefined
    }
    if (data) emit({ type: "workflow.resumed", data })
    const again = { status: "running", waiting: null, wakeAt: null, takeOvers: 0 } as const
    return store.moveRun(db, id, "waiting", { ...again, ...leased(deps.runs.lease) })
  })
  if (launched) deps.runs.launch(launched)
  return getRun(deps, id)
}

async function requireWaiting(row: RunRow | undefined, id: string, node: string): Promise<RunRow> {
  if (!row) throw new AppError("RunNotFoundError", "There is no run with this id.", { id })
  const { status, waiting } = row
  if (status === "waiting" && waiting?.reason === "gate" && waiting.node === node) return row
  const sentence = `This run doesn't wait for a decision at "${node}".`
  throw new AppError("WorkflowStateError", sentence, { id, node, status, waiting })
}

function requireNode({ definition }: RunRow, id: string): WorkflowNode {
  const node = definition.nodes.find((node) => node.id === id)
  if (!node) throw new Error("The run waits at a node that its definition doesn't have.")
  return node
}

function outdated(id: string, node: string, { version }: GateInput, artifact?: ArtifactRow) {
  return new AppError("ConcurrentModificationError", "There is a newer version.", {
    id,
    node,
    version,
    current_version: artifact?.version ?? null,
    help: "Read the newest version, then decide again.",
  })
}

/** Makes the next version, from a person's text or from data that the role turns into text. */
function edit(
  { config }: RunDeps,
  row: RunRow,
  about: WorkflowNode,
  { runId, node, citations, data: before }: ArtifactRow,
  { content, data }: GateInput,
): NewArtifact {
  const kept = { runId, node, citations }
  // The old data would contradict the new text.
  if (content !== undefined) return { ...kept, content, data: editedData(before, content) }
  const role = about.type === "agent" ? roleOf(snapshotOf(row.agents, about, config)) : undefined
  if (!role) throw invalid("data", `The artifact of ${about.name} can only be edited as content.`)
  const read = role.schema.safeParse(data)
  if (read.success) {
    return { ...kept, content: role.render(read.data, citations), data: read.data }
  }
  const issues = read.error.issues.map(({ path, message }) => ({
    path: ["data", ...path].join("."),
    message,
  }))
  const sentence = `The data doesn't have the shape of a ${about.name} result: ${issues[0]?.message}`
  throw new AppError("ValidationError", sentence, { issues })
}

/** Returns the data of an artifact whose text a person has changed. */
export function editedData(before: unknown, content: string): unknown {
  return typeof before === "string" ? content : { edited: content }
}

function said({ decision, version, feedback }: GateInput, by: Actor): string {
  const words: Record<GateInput["decision"], string> = {
    approve: "approved",
    edit: "edited",
    request_changes: "sent back",
    reject: "rejected",
  }
  return `version ${version} was ${words[decision]} ${describeWay(by)}${feedback ? `: ${feedback}` : ""}`
}
