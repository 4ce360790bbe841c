import { extractiveNotice } from "../../models/offline"
import { obligationsOf } from "../discovery/rules"
import { type PlannedTask, type PlanningOutput, planningOutput } from "../output"
import type { Material } from "../role"
import { pathsOf } from "../rules/identifiers"
import { cite, createWeigh } from "../rules/rank"
import { counted, documentsOf } from "../rules/summary"
import { termsOf } from "../rules/terms"
import type { Unit } from "../rules/unit"
import { readUnits } from "../rules/units"
import { findResult, relocated } from "../rules/upstream"
import { buildDrafts, type Draft, restDrafts, withDocs } from "./drafts"

const CRITERIA_MAX = 12
/** The most requirements, and the most constraints. A plan covers more than a summary lists. */
const DEMANDS_MAX = 80
const FILES_MAX = 8

/** The demands that each task must meet. A demand is assigned to at most two tasks. */
type Demands = ReadonlyMap<Draft, readonly Unit[]>

export function planFor(material: Material): PlanningOutput {
  return findResult(material.upstream, planningOutput) ?? extractPlanning(material)
}

/**
 * Plans one task for each part of the design, foundations first. The acceptance criteria are the
 * documents' demands on the same subject.
 */
export function extractPlanning(material: Material): PlanningOutput {
  const { query, sources } = material
  const units = readUnits(sources)
  const weigh = createWeigh(units, query)
  const { requirements, constraints } = obligationsOf(units, weigh, DEMANDS_MAX)
  const obligations = [...requirements, ...constraints].map(({ unit }) => unit)
  const build = relocated(buildDrafts(material), sources)
  const met = new Set([...demandsOf(build, obligations, units).values()].flat())
  const rest = restDrafts(obligations.filter((unit) => !met.has(unit)))
  const drafts = withDocs([...build, ...rest], obligations)
  const demands = demandsOf(drafts, obligations, units)
  const tasks = drafts.map((draft, at) => taskOf(draft, at, { units, drafts, demands }))
  const criteria = tasks.reduce((sum, task) => sum + task.acceptance_criteria.length, 0)
  const counts = `${counted(tasks.length, "task")} with ${counted(criteria, "acceptance check")}`
  return {
    summary: `${extractiveNotice}. ${counts}, put in order by rules from ${documentsOf(sources)}.`,
    tasks,
  }
}

type Found = { units: readonly Unit[]; drafts: readonly Draft[]; demands: Demands }

function taskOf(draft: Draft, at: number, found: Found): PlannedTask {
  const { stage, title, description, citations } = draft
  const demands = found.demands.get(draft) ?? []
  const files = stage === "docs" ? [] : pathsOf([...statementsOf(draft, found.units), ...demands])
  const support = demands.filter(({ quote }) => !citations.some((cited) => cited.quote === quote))
  return {
    id: idOf(at),
    title,
    description,
    depends_on: dependenciesOf(draft, at, found.drafts).map(idOf),
    files: files.slice(0, FILES_MAX),
    acceptance_criteria: demands.map(({ text }) => text),
    estimate: estimateOf(stage, demands.length),
    citations: [...citations, ...cite(...support)],
  }
}

function statementsOf({ citations }: Draft, units: readonly Unit[]): Unit[] {
  return units.filter((unit) => citations.some(({ quote }) => quote === unit.quote))
}

/**
 * Assigns each demand to the tasks made from it, or to the one on its topic, or to the two whose
 * names match it best.
 */
function demandsOf(
  drafts: readonly Draft[],
  obligations: readonly Unit[],
  units: readonly Unit[],
): Demands {
  const located = drafts.map((draft) => ({
    draft,
    places: new Set(statementsOf(draft, units).map(placeOf)),
  }))
  const demands = new Map<Draft, Unit[]>()
  for (const unit of obligations) {
    const fitting = located
      .filter(({ draft }) => draft.stage !== "docs")
      .map(({ draft, places }) => {
        const beside = draft.stage !== "data" && places.has(placeOf(unit)) ? 1 : 0
        const named =
          draft.terms.intersection(unit.terms).size / Math.max(1, Math.min(2, draft.terms.size))
        const own = draft.citations.some(({ quote }) => quote === unit.quote)
        return { draft, own, beside, fit: (named >= 1 ? 1 + named : 0) + beside }
      })
      .filter(({ draft, own, fit }) => own || (draft.stage !== "demands" && fit > 0))
      .sort((a, b) => b.fit - a.fit)
    const owners = fitting.filter(({ own }) => own)
    const neighbours = fitting.filter(({ beside }) => beside > 0).slice(0, 1)
    const closest = [owners, neighbours, fitting].find((list) => list.length > 0) ?? []
    for (const { draft } of closest.slice(0, 2)) {
      const own = demands.get(draft) ?? []
      if (own.length < CRITERIA_MAX || draft.stage === "demands") demands.set(draft, [...own, unit])
    }
  }
  return demands
}

function placeOf({ topic, section }: Unit): string {
  return topic?.key ?? section
}

const levels = { data: 0, component: 1, feature: 1, interface: 2, demands: 3, docs: 4 } as const

/** Returns the lower-level tasks on the same subject. Documentation depends on all final tasks. */
function dependenciesOf(draft: Draft, at: number, drafts: readonly Draft[]): number[] {
  const earlier = [...drafts.slice(0, at).entries()]
  if (draft.stage === "docs") {
    const needed = new Set(earlier.flatMap(([at, other]) => dependenciesOf(other, at, drafts)))
    return earlier.flatMap(([at]) => (needed.has(at) ? [] : [at]))
  }
  const text = termsOf(`${draft.title} ${draft.description}`)
  return earlier.flatMap(([at, { stage, terms }]) =>
    levels[stage] < levels[draft.stage] && !terms.isDisjointFrom(text) ? [at] : [],
  )
}

function idOf(at: number): string {
  return `T${at + 1}`
}

/** Estimates by the number of demands, a rule of thumb for want of anything better. */
function estimateOf(stage: Draft["stage"], demands: number): PlannedTask["estimate"] {
  if (stage === "docs" || demands <= 2) return "S"
  if (demands <= 5) return "M"
  return demands <= 9 ? "L" : "XL"
}
