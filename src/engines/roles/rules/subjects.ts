import { announces, constraintStrength, isCapability, isDuty, isField, wishOf } from "./cues"
import { abilityOf, isSubordinate, leadOf, readableName, titleName } from "./names"
import { mayDemand } from "./purpose"
import type { Ranked, Weigh } from "./rank"
import { isGeneric, sectionKind } from "./section-kind"
import { sectionsOf } from "./sections"
import type { Unit } from "./unit"

/** Words of a feature that has no shorter name. */
const NAME_WORDS = 6

export type Subject = Ranked & {
  name: string
  description: string
  /** All statements about it, including `unit`. */
  about: Unit[]
}

/** Finds subjects in sections, lead-ins, table rows, user stories and promises of an ability. */
export function subjectsOf(units: readonly Unit[], weigh: Weigh): Subject[] {
  const usable = units.filter((unit) => !isField(unit) && isOnTopic(unit))
  const found = [...fromSections(usable, weigh), ...usable.flatMap((unit) => fromUnit(unit, weigh))]
  return oncePerName(found.filter(({ name }) => !isGeneric(name)))
}

function isOnTopic(unit: Unit): boolean {
  return mayDemand(unit) && ["plain", "feature", "requirement"].includes(unit.purpose)
}

/** True if a statement promises or demands something, which makes its section worth naming. */
function promises(unit: Unit): boolean {
  return isDuty(unit) || isCapability(unit) || constraintStrength(unit) >= 2
}

function fromSections(units: readonly Unit[], weigh: Weigh): Subject[] {
  return sectionsOf(units).flatMap(({ title, units }) => {
    const name = titleName(title)
    // The outermost title names the whole document.
    const isDocument = startsDocument(units)
    const prose = units.filter((unit) => !announces(unit) && unit.kind !== "row")
    // Statements with a lead-in are their own subjects, so the others describe the section.
    const own = prose.filter((unit) => !leadOf(unit))
    const described = (own.length ? own : prose).map((unit, nth) => ({
      unit,
      score: weigh(unit) + 0.8 / (1 + nth),
    }))
    const [first] = described
    const promised = units.filter(promises)
    const isOneAbility = promised.length === 1 && promised.some(abilityOf)
    const isSubject = sectionKind([title]) === "plain" && promised.length > 0 && !isOneAbility
    if (!name || !first || isDocument || !isSubject) return []
    const best = described.reduce((best, other) => (other.score > best.score ? other : best), first)
    const score = best.score + 0.6 + Math.min(0.5, units.length / 20)
    return [{ name, description: unadorned(best.unit.text), unit: best.unit, score, about: units }]
  })
}

/** True if only the document's title comes before the section. */
function startsDocument(units: readonly Unit[]): boolean {
  return (units[0]?.start ?? Infinity) < 1500 && units[0]?.headings.length === 1
}

function fromUnit(unit: Unit, weigh: Weigh): Subject[] {
  const bonus = unit.purpose === "feature" ? 1 : 0
  const subject = (name: string, description: string, extra: number): Subject[] => {
    const score = weigh(unit) + extra + bonus
    return [{ name, description: unadorned(description), unit, score, about: [unit] }]
  }
  if (unit.kind === "row") return fromRow(unit, subject)
  const wish = wishOf(unit)
  const wanted = wish && readableName(wish)
  if (wanted) return subject(wanted, unit.text, 1.5)
  if (unit.text.endsWith("?")) return []
  const lead = leadOf(unit)
  if (lead) {
    if (unit.purpose === "requirement") return []
    const named = sectionKind([lead.name]) === "plain" && !announces(unit)
    const isSaid = lead.rest.replace(/`[^`]*`/g, "").trim().length > 20
    return named && isSaid ? subject(lead.name, withoutLead(unit, lead), 1) : []
  }
  const ability = abilityOf(unit)
  if (ability) return subject(ability, unit.text, 0.4)
  const short = unit.kind === "item" && unit.leads && bonus ? shortName(unit.text) : undefined
  return short ? subject(short, unit.text, 0.2) : []
}

/** Names a listed feature, by its first words if it is longer than a name. */
function shortName(text: string): string | undefined {
  if (isSubordinate(text)) return undefined
  const first = text.split(" ").slice(0, NAME_WORDS).join(" ")
  return readableName(text) ?? (/\p{L}{2}/u.test(first) ? `${first} …` : undefined)
}

function fromRow(
  { cells }: Unit,
  subject: (name: string, description: string, extra: number) => Subject[],
): Subject[] {
  const [first = "", ...others] = cells
  const description = others.reduce((best, cell) => (cell.length > best.length ? cell : best), "")
  const setting = /^`?[A-Z][A-Z0-9_]+`?\b/.test(first)
  const name = setting ? undefined : readableName(first)
  return name && description.split(" ").length > 3 ? subject(name, description, 0.5) : []
}

/** Returns the unit's text without its lead, or all of it if little would be left. */
function withoutLead({ text, quote }: Unit, { rest }: { rest: string }): string {
  const at = text.indexOf(rest.slice(0, 20))
  const marked = /[*_:]\s*$|^[^\s\w]/.test(text.slice(0, at).trim()) || quote.startsWith("**")
  const whole = /^[,.;)]/.test(rest)
  return at > 0 && marked && !whole && text.length - at > 15 ? text.slice(at) : text
}

/** Removes leading ornaments. The words stay the document's own. */
function unadorned(text: string): string {
  return text.replace(/^(?:\p{Extended_Pictographic}|\uFE0F|\u200D|\s|[–—:-](?=\s))+/u, "")
}

/** Keeps the best of the subjects with the same name. A name inside another's is a different one. */
function oncePerName(subjects: readonly Subject[]): Subject[] {
  const best = new Map<string, Subject>()
  for (const subject of subjects) {
    const key = subject.name.toLowerCase()
    const known = best.get(key)
    if (!known || subject.score > known.score) best.set(key, subject)
  }
  return [...best.values()]
}
