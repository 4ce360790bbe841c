import { extractiveNotice } from "../../models/offline"
import { implementationOutput } from "../implementation/output"
import type { PlannedTask } from "../output"
import type { Material } from "../role"
import { type Demand, demandsFor } from "../rules/demands"
import { counted } from "../rules/summary"
import { findResults, plannedTasks, relocated } from "../rules/upstream"
import { type TestCase, testingOutput } from "../testing/output"
import type { Finding, ReviewOutput } from "./output"

/** Reports the plan's tasks that no change names. Rules can't judge, so they approve nothing. */
export function extractReview(material: Material): ReviewOutput {
  const { upstream, sources } = material
  const demands = demandsFor(material)
  const cases = findResults(upstream, testingOutput).flatMap(({ cases }) => cases)
  const tasks = plannedTasks(upstream)
  const changes = findResults(upstream, implementationOutput).flatMap(({ changes }) => changes)
  const named = new Set(changes.flatMap(({ tasks }) => tasks))
  const left = tasks.filter(({ id }) => !named.has(id))
  const found = [
    ...(changes.length ? left.map((task) => unchanged(task, changes.length)) : [nothingChanged]),
    ...(demands.length ? [] : [nothingAsked]),
  ]
  const judged = `Rules judge no code: ${counted(demands.length, "demand")} and ${counted(changes.length, "change")} are for a person or a model to review`
  return {
    findings: relocated(found, sources),
    coverage: demands.map((demand) => coverageOf(demand, cases)),
    summary: `${extractiveNotice}. ${judged}.`,
    verdict: "request_changes",
  }
}

const general = { severity: "major", path: null, line: null } as const

const nothingChanged: Finding = {
  ...general,
  claim: "No earlier result has changes to review.",
  evidence: "Rules read changes from an implementation's result only.",
  suggestion: "Let the review depend on a step that gives changes, or have a model read them.",
  citations: [],
}

const nothingAsked: Finding = {
  ...general,
  claim: "Nothing says what has to hold.",
  evidence: "Neither the earlier results nor the sources state a requirement.",
  suggestion: "Give the requirements as documents, or let the review depend on a discovery.",
  citations: [],
}

function unchanged({ id, title, citations }: PlannedTask, changes: number): Finding {
  return {
    ...general,
    claim: `No change names ${id}: ${title}`,
    evidence: `${counted(changes, "change")} of the earlier results, none with ${id} among its tasks.`,
    suggestion: `Do ${id}, or name it in the change that does it.`,
    citations,
  }
}

function coverageOf(
  { statement, ids, citations }: Demand,
  cases: readonly TestCase[],
): ReviewOutput["coverage"][number] {
  // The first id is the demand's own. A task's id covers all of the task's criteria.
  const [own = ""] = ids
  const naming = cases.filter(({ covers }) => covers.includes(own))
  const proof = naming.length ? naming.map(({ id }) => id).join(", ") : "no test case"
  const evidence = `Not judged by rules. Named by ${proof}.`
  const requirement = ids.length ? `${ids.join(", ")}: ${statement}` : statement
  return { requirement, met: "unknown", evidence, citations }
}
