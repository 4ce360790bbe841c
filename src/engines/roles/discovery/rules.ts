import { type DiscoveryOutput, discoveryOutput } from "../output"
import type { Material } from "../role"
import {
  announces,
  constraintStrength,
  isDuty,
  isField,
  isNumbered,
  isOpenQuestion,
  isOptional,
  isStrongDuty,
} from "../rules/cues"
import { entitiesOf } from "../rules/data-model"
import { entryPointsOf } from "../rules/identifiers"
import { mayDemand } from "../rules/purpose"
import { cite, createWeigh, type Ranked, select } from "../rules/rank"
import { type Subject, selectSubjects, subjectsOf } from "../rules/subjects"
import { counted, pickedFrom } from "../rules/summary"
import type { Unit } from "../rules/unit"
import { readUnits } from "../rules/units"
import { unusedDocuments } from "../rules/unused"
import { findResult } from "../rules/upstream"

const FEATURES_MAX = 16
const STATEMENTS_MAX = 30
/** Documents that number their demands mean each of them. */
const NUMBERED_MAX = 80

export function discoveryFor(material: Material): DiscoveryOutput {
  return findResult(material.upstream, discoveryOutput) ?? extractDiscovery(material)
}

/** Extracts features, requirements, constraints and open questions in the documents' own words. */
export function extractDiscovery({ query, sources }: Material): DiscoveryOutput {
  const units = readUnits(sources)
  const weigh = createWeigh(units, query)
  const features = selectSubjects(subjectsOf(units, weigh), FEATURES_MAX)
  const { requirements, constraints, leftOut } = obligationsOf(units, weigh)
  const exclusions = units.filter((unit) => unit.purpose === "exclusion" && !announces(unit))
  const questions = units.filter(
    (unit) => isListedQuestion(unit) || (mayDemand(unit) && isOpenQuestion(unit)),
  )
  const counts = [
    counted(features.length, "feature"),
    counted(requirements.length, "requirement"),
    counted(constraints.length, "constraint"),
    counted(exclusions.length, "exclusion"),
    counted(questions.length, "open question"),
  ]
  const used = [...features, ...requirements, ...constraints].map(({ unit }) => unit)
  const inDesign = [...entryPointsOf(units), ...entitiesOf(units)].map(({ unit }) => unit)
  const all = [...used, ...exclusions, ...questions, ...inDesign]
  const rest = leftOut > 0 ? [`${counted(leftOut, "weaker statement")} left out.`] : []
  const notes = [...rest, ...unusedDocuments(sources, units, all)]
  return {
    summary: [pickedFrom(sources, counts), ...notes].join(" "),
    features: features.map(featureOf),
    requirements: requirements.map(statement),
    constraints: constraints.map(statement),
    exclusions: exclusions.slice(0, STATEMENTS_MAX).map((unit) => statement({ unit })),
    open_questions: questions
      .slice(0, STATEMENTS_MAX)
      .map((unit) => ({ question: unit.text, citations: cite(unit) })),
  }
}

/** Under "Open questions", what follows the first sentence of a paragraph explains it. */
function isListedQuestion(unit: Unit): boolean {
  return unit.purpose === "question" && !announces(unit) && (unit.leads || unit.text.endsWith("?"))
}

function statement({ unit }: Pick<Ranked, "unit">) {
  return { statement: unit.text, citations: cite(unit) }
}

function featureOf({ name, description, unit, about }: Subject) {
  const said = about.map(({ text }) => text).join(" ")
  return { name, description, priority: priorityOf(said), citations: cite(unit) }
}

/** Returns how firmly the documents ask for something. */
export function priorityOf(said: string): "must" | "should" | "could" {
  return isStrongDuty(said) ? "must" : isOptional(said) ? "could" : "should"
}

/** Sorts statements into requirements and constraints. No statement is in both. */
export function obligationsOf(
  units: readonly Unit[],
  weigh: (unit: Unit) => number,
  limit = STATEMENTS_MAX,
): { requirements: Ranked[]; constraints: Ranked[]; leftOut: number } {
  const requirements: Ranked[] = []
  const constraints: Ranked[] = []
  for (const unit of units) {
    if (!mayDemand(unit) || isOpenQuestion(unit) || isField(unit)) continue
    const kind = unit.purpose
    if (kind === "risk") continue
    const strength = constraintStrength(unit)
    const isWanted = kind === "requirement" || (kind === "feature" && unit.topic)
    const named = unit.terms.size >= 2 && unit.leads && !unit.text.endsWith("?")
    if (strength >= 2 || (kind === "constraint" && (named || isDuty(unit)))) {
      constraints.push({ unit, score: weigh(unit) + 0.3 * strength })
    } else if ((isDuty(unit) && unit.kind !== "row") || (isWanted && named)) {
      const clear = (isStrongDuty(unit.text) ? 0.8 : 0) + (kind === "requirement" ? 0.8 : 0)
      requirements.push({ unit, score: weigh(unit) + clear })
    }
  }
  const all = requirements.length + constraints.length
  const best = {
    requirements: clearest(requirements, limit),
    constraints: clearest(constraints, limit),
  }
  return { ...best, leftOut: all - best.requirements.length - best.constraints.length }
}

/** Selects the numbered statements, or the best if few are numbered. */
function clearest(statements: readonly Ranked[], limit: number): Ranked[] {
  const numbered = statements.filter(({ unit }) => isNumbered(unit))
  if (numbered.length < limit) {
    const first = statements.map((it) => ({
      ...it,
      score: it.score + (isNumbered(it.unit) ? 2 : 0),
    }))
    return select(first, limit, 0)
  }
  return select(numbered, NUMBERED_MAX, 0)
}
