import type { Run } from "../../../features/runs/schema"
import type { Client } from "../../client/client"
import { nextSteps, type Where } from "./next"
import { textOf } from "./out"
import { modelOf, nodeIdsOf } from "./progress"
import { closingLine, newestArtifacts, summarizeCalls } from "./results"

/** Everything about a run, for people. What it waits for and its commands stand last, to be seen. */
export async function runText(client: Client, run: Run, where: Where): Promise<string> {
  const steps = Object.entries(run.nodes).map(([id, node]) => {
    return `${id}: ${[node.status, modelOf(node), node.error ?? ""].filter(Boolean).join("  ")}`
  })
  const artifacts = await newestArtifacts(client, run.id, nodeIdsOf(run))
  const parts = [
    `${run.workflow_name}: ${run.input.query}`,
    closingLine(run, await summarizeCalls(client, run.id)),
    steps.join("\n"),
    textOf(artifacts),
    nextSteps(run, where),
  ]
  return parts
    .map((part) => part.trimEnd())
    .filter(Boolean)
    .join("\n\n")
}
