import { extractiveNotice } from "../../models/offline"
import type { Material } from "../role"
import { isQuestion, type Question, readQuestion } from "./question"
import { createWeigh, type Ranked, select } from "./rank"
import { documentsOf } from "./summary"
import { hasForm, termsOf } from "./terms"
import type { Unit } from "./unit"
import { readUnits } from "./units"

const STATEMENTS_MAX = 12
/** A question wants its answer, not a collection. */
const ANSWERS_MAX = 3
/** The share of a question's words, rare ones counting more, that an answer must have. */
const COVERAGE_MIN = 0.5
/** How much a term counts that no statement has, of the mean of the others. */
const ABSENT = 1.2
/** Others that answer nearly as well as the best are shown with it. */
const NEARLY = 0.85

/**
 * Picks the statements that answer a question, or that best match any other request, best first, in
 * the documents' own words. Says so if none has enough of the question's words.
 */
export function extractAnswer({ query, sources }: Material): string {
  const units = readUnits(sources)
  const question = isQuestion(query) ? readQuestion(query) : undefined
  const best = question?.terms.size ? answersTo(question, units) : matches(query, units)
  const from = `Picked by rules from ${documentsOf(sources)}.`
  const nothing = question ? "Nothing in your documents answers this." : "There is nothing to pick."
  const said = best.map(({ unit }) => `- ${unit.text} [${unit.source}]`)
  return `${extractiveNotice}. ${from}\n\n${said.join("\n") || nothing}`
}

function matches(query: string, units: readonly Unit[]): Ranked[] {
  const weigh = createWeigh(units, query)
  const ranked = units
    .filter(({ kind }) => kind !== "heading")
    .map((unit) => ({ unit, score: weigh(unit) }))
  return select(ranked, STATEMENTS_MAX).sort((a, b) => b.score - a.score)
}

function answersTo({ terms, head, expects }: Question, units: readonly Unit[]): Ranked[] {
  const isKnown = (term: string) => units.some((unit) => hasForm(unit.terms, term))
  if (head.size > 0 && ![...head].some(isKnown)) return []
  const weights = weightsOf(terms, units)
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  const ranked = units.flatMap((unit) => {
    const isNoAnswer = unit.text.endsWith("?") || unit.purpose === "boilerplate"
    if (unit.kind === "heading" || isNoAnswer) return []
    const above = termsOf([...unit.headings.slice(1), unit.topic?.name ?? ""].join(" "))
    const share = (term: string) => (hasForm(unit.terms, term) ? 1 : hasForm(above, term) ? 0.5 : 0)
    const covered = [...weights].reduce((sum, [term, weight]) => sum + weight * share(term), 0)
    const coverage = covered / all
    const says = [...terms].some((term) => share(term) > 0)
    return says && coverage >= COVERAGE_MIN
      ? [{ unit, score: coverage + shapeOf(unit, terms, expects) }]
      : []
  })
  const sorted = ranked.toSorted((a, b) => b.score - a.score)
  const enough = (sorted[0]?.score ?? 0) * NEARLY
  return sorted.filter(({ score }) => score >= enough).slice(0, ANSWERS_MAX)
}

/** Rare terms weigh more. One that no statement has weighs a little more than the mean. */
function weightsOf(terms: ReadonlySet<string>, units: readonly Unit[]): Map<string, number> {
  const counts = [...terms].map((term) => units.filter((unit) => hasForm(unit.terms, term)).length)
  const weightOf = (holders: number) => Math.log(1 + units.length / Math.max(1, holders))
  const known = counts.filter((count) => count > 0).map(weightOf)
  const mean = known.reduce((sum, weight) => sum + weight, 0) / Math.max(1, known.length)
  return new Map(
    [...terms].map((term, nth) => [term, counts[nth] ? weightOf(counts[nth] ?? 0) : mean * ABSENT]),
  )
}

/** Scores whether a statement looks like an answer, beside what it is about. */
function shapeOf(unit: Unit, terms: ReadonlySet<string>, expects: RegExp): number {
  const said = unit.text.replace(/^[A-Z]+(?:-[A-Z]+)*-?\d+:\s*/, "")
  const [name, value] = said.split(/:\s(.*)/s)
  const isNamed = value && [...terms].some((term) => hasForm(termsOf(name ?? ""), term))
  const isBare =
    unit.kind === "code" || /^`[^`]*`\W*$/.test(unit.quote) || /:\s*https?:\S+/.test(said)
  // If two statements say the same, prefer the shorter one.
  const length = -said.length / 2000
  return (expects.test(said) ? 0.3 : 0) + (isNamed ? 0.15 : 0) + (isBare ? -0.25 : 0) + length
}
