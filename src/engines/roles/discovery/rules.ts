import { type DiscoveryOutput, discoveryOutput } from "../output"
import type { Material } from "../role"
import {
  announces,
  constraintStrength,
  isDuty,
  isOpenQuestion,
  isOptional,
  isStrongDuty,
} from "../rules/cues"
import { mayDemand } from "../rules/kinds"
import { cite, createWeigh, type Ranked, select } from "../rules/rank"
import { type Subject, subjectsOf } from "../rules/subjects"
import { counted, pickedFrom } from "../rules/summary"
import { readUnits, type Unit } from "../rules/units"
import { findResult } from "../rules/upstream"

const FEATURES_MAX = 14
const STATEMENTS_MAX = 15

export function discoveryFor(material: Material): DiscoveryOutput {
  return findResult(material.upstream, discoveryOutput) ?? extractDiscovery(material)
}

/** Extracts features, requirements, constraints and open questions in the documents' own words. */
export function extractDiscovery({ query, sources }: Material): DiscoveryOutput {
  const units = readUnits(sources)
  const weigh = createWeigh(units, query)
  const features = select(subjectsOf(units, weigh), FEATURES_MAX)
  const { requirements, constraints } = obligationsOf(units, weigh)
  const exclusions = units.filter((unit) => unit.purpose === "exclusion" && !announces(unit))
  const questions = units.filter(
    (unit) => unit.purpose === "question" || (mayDemand(unit) && isOpenQuestion(unit)),
  )
  const counts = [
    counted(features.length, "feature"),
    counted(requirements.length, "requirement"),
    counted(constraints.length, "constraint"),
    counted(exclusions.length, "exclusion"),
    counted(questions.length, "open question"),
  ]
  return {
    summary: pickedFrom(sources, counts),
    features: features.map(featureOf),
    requirements: requirements.map(statement),
    constraints: constraints.map(statement),
    exclusions: exclusions.slice(0, STATEMENTS_MAX).map((unit) => statement({ unit })),
    open_questions: questions
      .slice(0, STATEMENTS_MAX)
      .map((unit) => ({ question: unit.text, citations: cite(unit) })),
  }
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
): { requirements: Ranked[]; constraints: Ranked[] } {
  const requirements: Ranked[] = []
  const constraints: Ranked[] = []
  for (const unit of units) {
    if (!mayDemand(unit) || isOpenQuestion(unit)) continue
    const kind = unit.purpose
    if (kind === "risk") continue
    const strength = constraintStrength(unit)
    const named = unit.terms.size >= 2 && unit.leads && !unit.text.endsWith("?")
    if (strength >= 2 || (kind === "constraint" && named)) {
      constraints.push({ unit, score: weigh(unit) + 0.3 * strength })
    } else if ((isDuty(unit) && unit.kind !== "row") || (kind === "requirement" && named)) {
      const clear = (isStrongDuty(unit.text) ? 0.8 : 0) + (kind === "requirement" ? 0.8 : 0)
      requirements.push({ unit, score: weigh(unit) + clear })
    }
  }
  return {
    requirements: select(requirements, STATEMENTS_MAX),
    constraints: select(constraints, STATEMENTS_MAX),
  }
}
