import { extractiveNotice } from "../../models/offline"
import type { Material } from "../role"
import { isQuestion, type Question, readQuestion } from "./question"
import { createWeigh, type Ranked, select } from "./rank"
import { documentsOf } from "./summary"
import { termsOf } from "./terms"
import type { Unit } from "./unit"
import { readUnits } from "./units"

const STATEMENTS_MAX = 12
/** A question wants its answer, not a collection. */
const ANSWERS_MAX = 3
/** The share of a question's words, rare ones counting more, that an answer must have. */
const COVERAGE_MIN = 0.5
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

function answersTo({ terms, expects }: Question, units: readonly Unit[]): Ranked[] {
  const weights = new Map(
    [...terms].map((term) => {
      const holders = units.filter((unit) => unit.terms.has(term)).length
      return [term, Math.log(1 + units.length / Math.max(1, holders))]
    }),
  )
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  const ranked = units.flatMap((unit) => {
    const isNoAnswer = unit.text.endsWith("?") || unit.purpose === "boilerplate"
    if (unit.kind === "heading" || isNoAnswer) return []
    // The outermost title is that of the whole document.
    const above = termsOf(unit.headings.slice(1).join(" "))
    const share = (term: string) => (unit.terms.has(term) ? 1 : above.has(term) ? 0.5 : 0)
    const covered = [...weights].reduce((sum, [term, weight]) => sum + weight * share(term), 0)
    const coverage = covered / all
    const says = [...terms].some((term) => unit.terms.has(term))
    const fits = expects.test(unit.text) ? 0.3 : 0
    const code = unit.kind === "code" ? -0.1 : 0
    // If two statements say the same, prefer the shorter one.
    const length = -unit.text.length / 2000
    return says && coverage >= COVERAGE_MIN
      ? [{ unit, score: coverage + fits + code + length }]
      : []
  })
  const sorted = ranked.toSorted((a, b) => b.score - a.score)
  const enough = (sorted[0]?.score ?? 0) * NEARLY
  return sorted.filter(({ score }) => score >= enough).slice(0, ANSWERS_MAX)
}
