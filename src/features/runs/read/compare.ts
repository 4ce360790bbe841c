import { isDeepStrictEqual } from "node:util"
import type { RunDeps } from "../leases/supervisor"
import type { Artifact, Comparison, NodeSide, Run, RunSide } from "../schema"
import { getRun } from "../service"
import { listArtifacts } from "./artifacts"

/** Compares two runs node by node, including nodes that only one of them has. */
export async function compareRuns(
  deps: RunDeps,
  leftId: string,
  rightId: string,
): Promise<Comparison> {
  const [left, right] = await Promise.all([sideOf(deps, leftId), sideOf(deps, rightId)])
  const ids = new Set([...Object.keys(left.run.nodes), ...Object.keys(right.run.nodes)])
  const nodes = [...ids].map((node) => {
    const [before, after] = [nodeOf(left, node), nodeOf(right, node)]
    const name = (left.run.nodes[node] ?? right.run.nodes[node])?.agent_name ?? node
    return { node, name, differs: !isSame(before, after), left: before, right: after }
  })
  return { left: presentSide(left.run), right: presentSide(right.run), nodes }
}

type Side = { run: Run; artifacts: Artifact[] }

async function sideOf(deps: RunDeps, id: string): Promise<Side> {
  const [run, artifacts] = await Promise.all([getRun(deps, id), listArtifacts(deps, id)])
  return { run, artifacts }
}

/** Ignores time and cost, which differ even for the same result. */
function isSame(left: NodeSide | null, right: NodeSide | null): boolean {
  const done = (side: NodeSide | null) =>
    side && [side.status, side.error, side.output, side.artifact?.content, side.artifact?.data]
  return isDeepStrictEqual(done(left), done(right))
}

function nodeOf({ run, artifacts }: Side, id: string): NodeSide | null {
  const node = run.nodes[id]
  if (!node) return null
  const { status, error, output, cost_usd, usage, started_at, completed_at } = node
  const artifact = artifacts.find((it) => it.node === id) ?? null
  const duration_seconds = secondsBetween(started_at, completed_at)
  return { status, error, output, artifact, cost_usd, usage, duration_seconds }
}

function presentSide(run: Run): RunSide {
  const { id, workflow_name, status, input, cost_usd, started_at, completed_at } = run
  const duration_seconds = secondsBetween(started_at, completed_at)
  return { run_id: id, workflow_name, status, input, cost_usd, started_at, duration_seconds }
}

function secondsBetween(from: string | null, to: string | null): number | null {
  return from && to ? (Date.parse(to) - Date.parse(from)) / 1000 : null
}
