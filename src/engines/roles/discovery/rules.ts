import { type DiscoveryOutput, discoveryOutput } from "../output"
import type { Material } from "../role"
import {
  announces,
  constraintStrength,
  isChatter,
  isDuty,
  isOpenQuestion,
  isOptional,
  isStrongDuty,
} from "../rules/cues"
import { leadOf } from "../rules/names"
import { cite, createWeigh, type Ranked, select } from "../rules/rank"
import { type SectionKind, sectionKind } from "../rules/sections"
import { type Subject, subjectsOf } from "../rules/subjects"
import { counted, pickedFrom } from "../rules/summary"
import { readUnits, type Unit } from "../rules/units"
import { findResult } from "../rules/upstream"

const FEATURES_MAX = 16
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
  const questions = units.filter((unit) => isOpenQuestion(unit) || isListedQuestion(unit))
  const counts = [
    counted(features.length, "feature"),
    counted(requirements.length, "requirement"),
    counted(constraints.length, "constraint"),
    counted(questions.length, "open question"),
  ]
  return {
    summary: pickedFrom(sources, counts),
    features: features.map(featureOf),
    requirements: requirements.map(statement),
    constraints: constraints.map(statement),
    open_questions: questions
      .slice(0, STATEMENTS_MAX)
      .map((unit) => ({ question: unit.text, citations: cite(unit) })),
  }
}

/** True under a title like "Open questions", unless the unit says otherwise, as in `Risk: …`. */
function isListedQuestion(unit: Unit): boolean {
  return kindOf(unit) === "question" && !announces(unit)
}

function kindOf(unit: Unit): SectionKind {
  const lead = leadOf(unit)?.name
  return sectionKind(lead ? [...unit.headings, lead] : unit.headings)
}

function statement({ unit }: Ranked) {
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
    const kind = kindOf(unit)
    if (unit.kind === "code" || ["boilerplate", "question", "risk"].includes(kind)) continue
    if (isOpenQuestion(unit) || isChatter(unit) || announces(unit)) continue
    const strength = constraintStrength(unit)
    if (strength >= 2 || kind === "constraint") {
      constraints.push({ unit, score: weigh(unit) + 0.3 * strength })
    } else if (
      (isDuty(unit) && unit.kind !== "row") ||
      (kind === "requirement" && unit.terms.size >= 2)
    ) {
      requirements.push({ unit, score: weigh(unit) + (isStrongDuty(unit.text) ? 0.5 : 0) })
    }
  }
  return {
    requirements: select(requirements, STATEMENTS_MAX),
    constraints: select(constraints, STATEMENTS_MAX),
  }
}
