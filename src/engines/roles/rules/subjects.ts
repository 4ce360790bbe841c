import {
  announces,
  constraintStrength,
  isCapability,
  isDuty,
  isField,
  isNumbered,
  wishOf,
} from "./cues"
import { isInterface } from "./identifiers"
import { abilityOf, isSubordinate, leadOf, readableName } from "./names"
import { mayDemand } from "./purpose"
import { type Ranked, sayTheSame, select, type Weigh } from "./rank"
import { isGeneric, sectionKind } from "./section-kind"
import { similarity, termsOf } from "./terms"
import type { Topic, Unit } from "./unit"

/** Words of a feature that has no shorter name. */
const NAME_WORDS = 6
/** With so many topics under titles such as "Requirements", a document is well divided. */
const ENOUGH_TOPICS = 4

export type Subject = Ranked & {
  name: string
  description: string
  /** All statements about it, including `unit`. */
  about: Unit[]
}

/** Selects the best, with one of several that say the same under names that are alike. */
export function selectSubjects(subjects: readonly Subject[], limit: number): Subject[] {
  return select(subjects, limit, undefined, (one, other) => {
    const names = [one, other].map(({ name }) => termsOf(name))
    return sayTheSame(one, other) && similarity(names[0] ?? new Set(), names[1] ?? new Set()) > 0.5
  })
}

/** Finds subjects in topics, lead-ins, table rows, user stories and promises of an ability. */
export function subjectsOf(units: readonly Unit[], weigh: Weigh): Subject[] {
  const usable = units.filter((unit) => !isField(unit) && !isInterface(unit) && isOnTopic(unit))
  const topics = fromTopics(usable, weigh)
  const asked = topics.filter(({ about }) => about.some(isAsked))
  const told = new Set(topics.flatMap(({ about }) => about))
  // A statement without a name of its own belongs to its topic. Goals only repeat the topics.
  const isPart = (unit: Unit) => told.has(unit) || asked.length >= ENOUGH_TOPICS
  // Where chapters name subjects, what prose happens to promise names none.
  const isAside = (unit: Unit) => topics.length > 1 && unit.kind === "sentence" && !isAsked(unit)
  const isNamed = (unit: Unit) => leadOf(unit) || wishOf(unit) || !(isPart(unit) || isAside(unit))
  const found = [...topics, ...usable.filter(isNamed).flatMap((unit) => fromUnit(unit, weigh))]
  return oncePerName(found.filter(({ name }) => !isGeneric(name)))
}

/** True if its section is for what is wanted. */
const isAsked = ({ purpose }: Unit): boolean => purpose === "requirement" || purpose === "feature"

function isOnTopic(unit: Unit): boolean {
  return mayDemand(unit) && (unit.purpose === "plain" || isAsked(unit))
}

/** True if a statement promises or demands something, which makes its topic worth naming. */
function promises(unit: Unit): boolean {
  return isAsked(unit) || isDuty(unit) || isCapability(unit) || constraintStrength(unit) >= 2
}

function fromTopics(units: readonly Unit[], weigh: Weigh): Subject[] {
  return topicsOf(units).flatMap(({ name, units }) => {
    const prose = units.filter((unit) => unit.kind !== "row")
    const leads = units.filter((unit) => leadOf(unit) && unit.purpose === "feature")
    if (leads.length * 2 > units.length) return []
    // Statements with a lead-in are their own subjects, so the others describe the topic.
    const own = prose.filter((unit) => !leadOf(unit) || isNumbered(unit))
    const described = (own.length ? own : prose.length ? prose : units).map((unit, nth) => ({
      unit,
      score:
        weigh(unit) +
        0.8 / (1 + nth) +
        (unit.leads ? 0.3 : 0) +
        (unit.leads && isDuty(unit) ? 0.5 : 0),
    }))
    const [first] = described
    const promised = units.filter(promises)
    const names = (unit: Unit) => abilityOf(unit) ?? wishOf(unit)
    const isOneAbility = promised.length === 1 && promised.some(names)
    if (!first || promised.length === 0 || isOneAbility) return []
    const best = described.reduce((best, other) => (other.score > best.score ? other : best), first)
    const asked = units.some(isAsked) ? 1 : 0
    const score = best.score + 0.6 + asked + Math.min(0.5, units.length / 20)
    return [{ name, description: saidIn(best.unit), unit: best.unit, score, about: units }]
  })
}

/** Returns the statement, with the sentence that announces it if it is a word or two. */
function saidIn({ text, intro }: Unit): string {
  return intro && text.split(" ").length < 3 ? `${intro}: ${text}` : unadorned(text)
}

/** A part of a topic with fewer statements is no topic by itself. */
const STATEMENTS_MIN = 2

/** Groups statements by topic, small parts with the topic above them. */
function topicsOf(units: readonly Unit[]): { name: string; units: Unit[] }[] {
  const sizes = new Map<string, number>()
  for (const { topic } of units) if (topic) sizes.set(topic.key, (sizes.get(topic.key) ?? 0) + 1)
  const large = (topic: Topic) => (sizes.get(topic.key) ?? 0) >= STATEMENTS_MIN || !topic.above
  const nearest = (topic: Topic): Topic =>
    large(topic) || !topic.above ? topic : nearest(topic.above)
  const named = units.flatMap((unit) => (unit.topic ? [{ unit, topic: nearest(unit.topic) }] : []))
  const groups = Map.groupBy(named, ({ topic }) => topic.key)
  return [...groups.values()].map((members) => ({
    name: members[0]?.topic.name ?? "",
    units: members.map(({ unit }) => unit),
  }))
}

/** "No CMS", "Pas de compte": what is missing is no feature. */
const absence = /^(?:no|not|none|without|kein\p{L}*|nicht|ohne|pas|aucune?|sans)\s/iu

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
  if (unit.text.endsWith("?") || absence.test(unit.text)) return []
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
