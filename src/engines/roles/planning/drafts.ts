import { designFor, parties } from "../design/rules"
import { discoveryFor } from "../discovery/rules"
import type { DesignOutput, SourceQuote } from "../output"
import type { Material } from "../role"
import { isAction, titleName } from "../rules/names"
import { cite } from "../rules/rank"
import { withoutNumber } from "../rules/section-kind"
import { termsOf } from "../rules/terms"
import type { Unit } from "../rules/unit"

/** The documentation task names so many of the others. */
const NAMES_MAX = 6
const INTERFACES_A_TASK = 12

/** A task without an id. `stage` decides which other tasks come first. */
export type Draft = {
  stage: "data" | "component" | "interface" | "feature" | "demands" | "docs"
  title: string
  description: string
  /** The stems of the task's subject. Statements that share them belong to the task. */
  terms: Set<string>
  citations: SourceQuote[]
}

/** Drafts a task for each part of the design, and for each feature that none is for. */
export function buildDrafts(material: Material): Draft[] {
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
export function restDrafts(demands: readonly Unit[]): Draft[] {
  const groups = Map.groupBy(demands, ({ topic, headings }) => topic?.name ?? headings.at(-1) ?? "")
  return [...groups].map(([title, units]) => {
    const name = titleName(withoutNumber(title)) ?? "The other demands"
    const description = `What “${name}” demands beyond the tasks before.`
    return draft("demands", `Meet “${name}”`, description, cite(...units), name)
  })
}

const documentation =
  /(?<!\p{L})(?:documentation|documented|user guide|manual|\p{L}*handbuch|\p{L}*dokumentation|guide d['’]utilisation)(?!\p{L})/iu

/** Adds the task that comes last, if the documents ask for documentation. */
export function withDocs(build: readonly Draft[], obligations: readonly Unit[]): Draft[] {
  const asked = obligations.find(({ text }) => documentation.test(text))
  if (!asked) return [...build]
  const names = build.filter(({ stage }) => stage === "component" || stage === "feature")
  const titles = names.slice(0, NAMES_MAX).map(({ title }) => title)
  const more = names.length - titles.length
  const list = [...titles, ...(more > 0 ? [`and ${more} more`] : [])].join("; ")
  const docs = `Describe how to use what was built${list ? `: ${list}` : ""}.`
  return [...build, draft("docs", "Write the documentation", docs, cite(asked), "documentation")]
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
