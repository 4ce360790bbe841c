import type { SourceQuote } from "../output"
import { isCapability, isChatter, isStrongDuty } from "./cues"
import { sectionKind } from "./section-kind"
import { queryTerms, similarity } from "./terms"
import type { Unit } from "./unit"

/** Scores a statement's value for the query. Higher is better; no unit. */
export type Weigh = (unit: Unit) => number

/** Such a sentence goes on with what another said. */
const danglers =
  /^(?:it|its|this|that|these|those|they|such|both|either|here|there|unfortunately|of course|for (?:example|instance)|as (?:mentioned|described|discussed)|in (?:other words|that case|this case)|note that|however|but|then|also|otherwise|similarly|because of)\b/i

/** Scores by the request's terms, rare ones more, by words that promise, and by being early. */
export function createWeigh(units: readonly Unit[], query: string): Weigh {
  const rarity = new Map<string, number>()
  for (const term of queryTerms(query)) {
    const holders = units.filter(({ terms }) => terms.has(term)).length
    if (holders) rarity.set(term, Math.log(1 + units.length / holders))
  }
  const most = [...rarity.values()].reduce((sum, value) => sum + value, 0) || 1
  const order = new Map(units.map((unit, index) => [unit, index / units.length]))
  return (unit) => {
    let asked = 0
    for (const [term, value] of rarity) {
      const inHeadings = unit.headings.some((title) => title.toLowerCase().includes(term))
      if (unit.terms.has(term) || inHeadings) asked += value
    }
    const promises = (isCapability(unit) ? 0.3 : 0) + (isStrongDuty(unit.text) ? 0.4 : 0)
    const length = unit.text.length
    const readable = length < 30 ? -0.5 : length > 320 ? -0.6 : 0
    const listing = (unit.text.match(/,|;| · /g)?.length ?? 0) > 7 ? -0.4 : 0
    const dangling = danglers.test(unit.text) ? -0.5 : 0
    const chatter = isChatter(unit) || sectionKind(unit.headings) === "boilerplate" ? -3 : 0
    const early = 0.5 * (1 - (order.get(unit) ?? 1))
    return (2 * asked) / most + promises + readable + listing + dangling + chatter + early
  }
}

export type Ranked = { unit: Unit; score: number }

export const sayTheSame = (one: Ranked, other: Ranked): boolean =>
  similarity(one.unit.terms, other.unit.terms) > 0.7

/**
 * Selects the best candidates: one of several that say the same, and spread over sections, since
 * each choice costs the others of its section `spread`. Keeps the documents' order.
 */
export function select<T extends Ranked>(
  candidates: readonly T[],
  limit: number,
  spread = 0.5,
  isSame: (one: T, other: T) => boolean = sayTheSame,
): T[] {
  const left = [...candidates]
  const chosen: T[] = []
  const perSection = new Map<string, number>()
  const value = ({ unit, score }: T) => score - spread * (perSection.get(unit.section) ?? 0)
  while (left.length && chosen.length < limit) {
    const best = left.reduce((best, other) => (value(other) > value(best) ? other : best))
    left.splice(left.indexOf(best), 1)
    if (chosen.some((other) => isSame(other, best))) continue
    chosen.push(best)
    perSection.set(best.unit.section, (perSection.get(best.unit.section) ?? 0) + 1)
  }
  return candidates.filter((candidate) => chosen.includes(candidate))
}

export function cite(...units: readonly Unit[]): SourceQuote[] {
  return [...new Set(units)].map(({ source, quote }) => ({ source, quote }))
}
