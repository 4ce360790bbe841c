import { extractiveNotice } from "../../models/offline"
import { designFor, parties } from "../design/rules"
import { discoveryFor, obligationsOf } from "../discovery/rules"
import {
  type DesignOutput,
  type PlannedTask,
  type PlanningOutput,
  planningOutput,
  type SourceQuote,
} from "../output"
import type { Material } from "../role"
import { pathsOf } from "../rules/identifiers"
import { isAction, titleName } from "../rules/names"
import { cite, createWeigh } from "../rules/rank"
import { withoutNumber } from "../rules/section-kind"
import { counted, documentsOf } from "../rules/summary"
import { termsOf } from "../rules/terms"
import type { Unit } from "../rules/unit"
import { readUnits } from "../rules/units"
import { findResult, relocated } from "../rules/upstream"

const CRITERIA_MAX = 12
/** Of requirements, and of constraints: a plan covers more than a summary names. */
const DEMANDS_MAX = 80
/** The documentation task names so many of the others. */
const NAMES_MAX = 6
const FILES_MAX = 8
const INTERFACES_A_TASK = 12

/** A task without an id. `stage` decides which other tasks come first. */
type Draft = {
  stage: "data" | "component" | "interface" | "feature" | "demands" | "docs"
  title: string
  description: string
  /** The stems of the task's subject. Statements that share them belong to the task. */
  terms: Set<string>
  citations: SourceQuote[]
}

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
  const drafts = withDocs([...build, ...rest])
  const demands = demandsOf(drafts, obligations, units)
  const tasks = drafts.map((draft, at) => taskOf(draft, at, { units, drafts, demands }))
  const criteria = tasks.reduce((sum, task) => sum + task.acceptance_criteria.length, 0)
  const counts = `${counted(tasks.length, "task")} with ${counted(criteria, "acceptance check")}`
  return {
    summary: `${extractiveNotice}. ${counts}, put in order by rules from ${documentsOf(sources)}.`,
    tasks,
  }
}

function buildDrafts(material: Material): Draft[] {
  const design = designFor(material)
  const { features } = discoveryFor(material)
  const components = design.components.map(({ name, responsibility, citations }) =>
    draft("component", titleOf("Build", name), responsibility, citations, name),
  )
  const covered = new Set(design.components.flatMap(({ name, features }) => [name, ...features]))
  const left = features
    .filter(({ name }) => !covered.has(name))
    .map(({ name, description, citations }) =>
      draft("feature", titleOf("Add", name), description, citations, name),
    )
  return [...dataDrafts(design), ...components, ...left, ...interfaceDrafts(design)]
}

/** Collects the demands that no task is about, by their sections, so that the plan misses none. */
function restDrafts(demands: readonly Unit[]): Draft[] {
  const groups = Map.groupBy(demands, ({ topic, headings }) => topic?.name ?? headings.at(-1) ?? "")
  return [...groups].map(([title, units]) => {
    const name = titleName(withoutNumber(title)) ?? "The other demands"
    const description = `What “${name}” demands beyond the tasks before.`
    return draft("demands", `Meet “${name}”`, description, cite(...units), name)
  })
}

/** Adds the task that comes last, unless there is nothing to describe. */
function withDocs(build: readonly Draft[]): Draft[] {
  if (!build.length) return []
  const names = build.filter(({ stage }) => stage === "component" || stage === "feature")
  const titles = names.slice(0, NAMES_MAX).map(({ title }) => title)
  const more = names.length - titles.length
  const list = [...titles, ...(more > 0 ? [`and ${more} more`] : [])].join("; ")
  const docs = `Describe how to use what was built${list ? `: ${list}` : ""}.`
  const citations = build.flatMap(({ citations }) => citations).slice(0, 1)
  return [...build, draft("docs", "Write the documentation", docs, citations, "documentation")]
}

function draft(
  stage: Draft["stage"],
  title: string,
  description: string,
  citations: readonly SourceQuote[],
  name: string,
): Draft {
  return { stage, title, description, terms: termsOf(name), citations: [...citations] }
}

function dataDrafts({ data_model }: DesignOutput): Draft[] {
  return data_model.map(({ entity, fields, citations }) => {
    const title = `Define the data of ${quoted(entity)}`
    return draft("data", title, `Fields: ${fields.join(", ")}.`, citations, entity)
  })
}

function titleOf(verb: string, name: string): string {
  return isAction(name) ? name : `${verb} ${quoted(name)}`
}

/** Quotes names of several words, which may be any phrase, to keep titles readable. */
function quoted(name: string): string {
  return name.includes(" ") ? `“${name}”` : name
}

const groupNames: Readonly<Record<string, string>> = {
  [parties.command]: "the commands",
  [parties.call]: "the functions",
}

/** Groups interfaces by kind, and routes by the first part of their path if several share it. */
function interfaceDrafts({ interfaces }: DesignOutput): Draft[] {
  const resourceOf = (name: string) => /\s\/(?:api\/)?([\w-]+)/.exec(name)?.[1] ?? ""
  const counts = Map.groupBy(interfaces, ({ name }) => resourceOf(name))
  const groups = Map.groupBy(interfaces, ({ name, between }) => {
    const resource = resourceOf(name)
    if (resource && (counts.get(resource)?.length ?? 0) > 1) return `the routes of ${resource}`
    return /^[A-Z|]+ \//.test(name)
      ? "the other routes"
      : (groupNames[between] ?? `what joins ${between}`)
  })
  return [...groups].map(([subject, list]) => {
    const names = list.map(({ name }) => name)
    const hidden = names.length - INTERFACES_A_TASK
    const more = hidden > 0 ? `; and ${hidden} more` : ""
    const description = `${names.slice(0, INTERFACES_A_TASK).join("; ")}${more}.`
    const citations = list.flatMap(({ citations }) => citations).slice(0, 3)
    const about = `${subject} ${names.join(" ")}`
    return draft("interface", `Offer ${subject}`, description, citations, about)
  })
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
