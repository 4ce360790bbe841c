import { discoveryFor } from "../discovery/rules"
import { type DesignOutput, type DiscoveryOutput, designOutput } from "../output"
import type { Material } from "../role"
import { entitiesOf } from "../rules/data-model"
import { decisionsOf, risksOf } from "../rules/decisions"
import { entryPointsOf, treeLine } from "../rules/identifiers"
import { titleName } from "../rules/names"
import { cite, createWeigh, select, type Weigh } from "../rules/rank"
import { type Subject, selectSubjects, subjectsOf } from "../rules/subjects"
import { counted, pickedFrom } from "../rules/summary"
import { termsOf } from "../rules/terms"
import type { Unit } from "../rules/unit"
import { readUnits } from "../rules/units"
import { findResult } from "../rules/upstream"

const COMPONENTS_MAX = 16
const INTERFACES_MAX = 40
const ENTITIES_MAX = 12
const STATEMENTS_MAX = 12

/** The two sides of each kind of entry point. */
export const parties = {
  route: "HTTP client and server",
  page: "browser and server",
  command: "shell and program",
  call: "calling code and library",
  message: "sender and receiver",
} as const

const partWords =
  /\b(?:modules?|servers?|clients?|workers?|stores?|database|queue|process|driver|engine|router|parser|cache|cli|index|registry|interface|layer|plugins?|middleware|librar(?:y|ies)|adapter|service|schema|handler|pages?|views?)\b/i

export function designFor(material: Material): DesignOutput {
  return findResult(material.upstream, designOutput) ?? extractDesign(material)
}

/** Extracts components, interfaces, records, decisions and risks in the documents' own words. */
export function extractDesign(material: Material): DesignOutput {
  const { query, sources } = material
  const units = readUnits(sources)
  const weigh = createWeigh(units, query)
  const { features } = discoveryFor(material)
  const components = partsOf(units, weigh)
  const entries = entryPointsOf(units).slice(0, INTERFACES_MAX)
  const entities = entitiesOf(units).slice(0, ENTITIES_MAX)
  const decisions = select(decisionsOf(units, weigh), STATEMENTS_MAX)
  const risks = select(risksOf(units, weigh), STATEMENTS_MAX)
  const counts = [
    counted(components.length, "component"),
    counted(entries.length, "interface"),
    `${entities.length} ${entities.length === 1 ? "entity" : "entities"}`,
    counted(decisions.length, "decision"),
    counted(risks.length, "risk"),
  ]
  return {
    summary: pickedFrom(sources, counts),
    components: components.map((part) => componentOf(part, features)),
    interfaces: entries.map(({ kind, name, written, unit }) => {
      const description = descriptionOf(written, unit, units)
      return { name, between: parties[kind], description, citations: cite(unit) }
    }),
    data_model: entities.map(({ unit, ...entity }) => ({ ...entity, citations: cite(unit) })),
    decisions: decisions.map(({ unit, score: _, ...it }) => ({ ...it, citations: cite(unit) })),
    risks: risks.map(({ risk, mitigation, support }) => {
      return { risk, mitigation, citations: cite(...support) }
    }),
  }
}

/** Picks components: up to half from file trees, the rest from named subjects. */
function partsOf(units: readonly Unit[], weigh: Weigh): Subject[] {
  const drawn = units.flatMap((unit) => {
    const line = treeLine(unit)
    if (!line || isAccessory(line.path)) return []
    return [{ name: line.path, description: line.purpose, unit, score: weigh(unit), about: [unit] }]
  })
  const named = subjectsOf(units, weigh).map((subject) => {
    const isPart = partWords.test(subject.name) || partWords.test(subject.description)
    return { ...subject, score: subject.score + (isPart ? 0.6 : 0) }
  })
  const files = select(drawn, COMPONENTS_MAX / 2, 0)
  return [...selectSubjects(named, COMPONENTS_MAX - files.length), ...files]
}

/** True for settings, documents and what is hidden: no part of a product. */
const isAccessory = (path: string) =>
  /^\.|\/\.|\.(?:md|mdx|json|ya?ml|toml|lock|ini|env|txt)$/i.test(path)

function componentOf({ name, description, unit }: Subject, features: DiscoveryOutput["features"]) {
  const title = termsOf(name).difference(commonTerms(features))
  const said = termsOf(description)
  const same = features.filter((feature) => feature.name === name)
  const served = same.length
    ? same
    : features.filter((feature) => {
        const wanted = termsOf(feature.name)
        const described = wanted.size > 1 && wanted.isSubsetOf(said)
        return described || !wanted.isDisjointFrom(title)
      })
  return {
    name,
    responsibility: description,
    features: served.map(({ name }) => name).slice(0, 6),
    citations: cite(unit),
  }
}

/** Returns the terms that most names share, such as the product's name, to be ignored. */
function commonTerms(features: DiscoveryOutput["features"]): Set<string> {
  const names = features.map(({ name }) => termsOf(name))
  const counts = (term: string) => names.filter((terms) => terms.has(term)).length
  const all = names.flatMap((terms) => [...terms])
  return new Set(names.length > 2 ? all.filter((term) => counts(term) * 2 > names.length) : [])
}

/** Describes a name by the cell next to it, its statement, or for code its comment or heading. */
function descriptionOf(name: string, unit: Unit, units: readonly Unit[]): string {
  if (unit.kind === "row") return cellBeside(name, unit)
  if (unit.kind === "heading") {
    const below = units.find(({ kind, section }) => kind === "sentence" && section === unit.section)
    if (below) return below.text
  }
  const title = titleName(unit.headings.at(-1) ?? "") ?? name
  if (unit.kind === "code") return /\s(?:#|\/\/)\s+(.+)$/.exec(name)?.[1] ?? title
  const piece = pieceWith(name, unit.text)
  const rest = piece.replace(/^`[^`]*`\s*[:–—-]\s+/, "")
  const bare = (text: string) => text.replace(/[`*:]/g, "").trim()
  return bare(rest) === bare(name) ? title : rest
}

/** Pairs lists by position: in `a` · `b` | "does this; does that", `b` does that. */
function cellBeside(name: string, { cells }: Unit): string {
  const [first = "", ...others] = cells
  const said = others.filter((cell) => cell && !name.includes(cell)).join("; ")
  const names = first.split(" · ")
  const parts = said.split("; ")
  const nth = names.findIndex((part) => part.includes(name))
  return (names.length === parts.length ? parts[nth] : undefined) ?? said
}

function pieceWith(name: string, text: string): string {
  return text.split(" · ").find((piece) => piece.includes(name)) ?? text
}
