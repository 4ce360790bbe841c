import { discoveryFor } from "../discovery/rules"
import { discoveryOutput, type SourceQuote, withIds } from "../output"
import type { Material } from "../role"
import { findResult, plannedTasks, relocated } from "./upstream"

/** A statement that must hold, with the ids of everything that demands it: R1, C2, T3. */
export type Demand = { statement: string; ids: string[]; citations: SourceQuote[] }

type Stated = { statement: string; id?: string; citations: SourceQuote[] }

/** Collects requirements, constraints and acceptance criteria. Merges identical ones. */
export function demandsFor(material: Material): Demand[] {
  const demands = new Map<string, Demand>()
  for (const { statement, id, citations } of [...obligations(material), ...criteria(material)]) {
    const known = demands.get(statement) ?? { statement, ids: [], citations: [] }
    const ids = new Set([...known.ids, ...(id ? [id] : [])])
    const support = known.citations.length ? known.citations : citations
    demands.set(statement, { statement, ids: [...ids], citations: support })
  }
  return relocated([...demands.values()], material.sources)
}

/** Returns an earlier discovery's statements with their ids, or extracts some, without ids. */
function obligations(material: Material): Stated[] {
  const earlier = findResult(material.upstream, discoveryOutput)
  if (earlier) return [...withIds("R", earlier.requirements), ...withIds("C", earlier.constraints)]
  const { requirements, constraints } = discoveryFor(material)
  return [...requirements, ...constraints]
}

/** Returns the plan's criteria, without citations: a task's support the task as a whole. */
function criteria({ upstream }: Material): Stated[] {
  return plannedTasks(upstream).flatMap(({ id, acceptance_criteria }) =>
    acceptance_criteria.map((statement) => ({ statement, id, citations: [] })),
  )
}
