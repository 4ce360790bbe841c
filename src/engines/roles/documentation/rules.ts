import { extractiveNotice } from "../../models/offline"
import { designFor } from "../design/rules"
import { discoveryFor } from "../discovery/rules"
import { implementationOutput } from "../implementation/output"
import { code, line } from "../markdown"
import type { DesignOutput, SourceQuote } from "../output"
import type { Material } from "../role"
import { plain } from "../rules/plain"
import { counted, documentsOf } from "../rules/summary"
import { findResults, relocate, relocated } from "../rules/upstream"
import type { DocumentationOutput } from "./output"

type Entry = { text: string; citations: readonly SourceQuote[] }

/** Extracts a page from earlier results or the sources, in the order that readers need. */
export function extractDocumentation(material: Material): DocumentationOutput {
  const { sources, upstream } = material
  const { features, constraints, open_questions } = discoveryFor(material)
  const design = designFor(material)
  const parts = design.components.filter((part) => !features.some(({ name }) => name === part.name))
  const records = design.data_model.map((it) => ({ ...it, name: it.entity }))
  const changes = findResults(upstream, implementationOutput).flatMap(({ changes }) => changes)
  const sections = [
    ["What it does", features.map((it) => named(it, it.description))],
    ["How to use it", design.interfaces.map((it) => ({ ...it, text: usage(it) }))],
    ["Limits", constraints.map((it) => ({ ...it, text: line(it.statement) }))],
    ["Parts", parts.map((it) => named(it, it.responsibility))],
    ["Data", records.map((it) => named(it, it.fields.join(", ")))],
    ["What can go wrong", design.risks.map((it) => ({ ...it, text: line(it.risk) }))],
  ] as const satisfies [string, Entry[]][]
  const written = sections.filter(([, entries]) => entries.length > 0)
  return {
    title: titleOf(material),
    audience: "The sources do not say.",
    summary: `${extractiveNotice}. ${counted(written.length, "section")}, put in order by rules from ${documentsOf(sources)}.`,
    sections: written.map(([heading, entries]) => ({
      heading,
      body: [...new Set(entries.map(({ text }) => `- ${text}`))].join("\n"),
      citations: relocate(once(entries.flatMap(({ citations }) => citations)), sources),
    })),
    changelog: changes.map(({ action, path, purpose }) => {
      return { kind: kinds[action], entry: `${path}: ${purpose}` }
    }),
    open_questions: relocated(open_questions, sources),
  }
}

const kinds = { create: "added", modify: "changed", delete: "removed" } as const

function named({ name, citations }: Omit<Entry, "text"> & { name: string }, said: string): Entry {
  return { text: `**${line(name)}**: ${line(said)}`, citations }
}

/** Leaves out the name if the description already has it. */
function usage({ name, description }: DesignOutput["interfaces"][number]): string {
  return description.includes(name) ? line(description) : `${code(name)}: ${line(description)}`
}

function once(quotes: readonly SourceQuote[]): SourceQuote[] {
  return [...new Map(quotes.map((it) => [it.quote, it])).values()]
}

/** Returns the first document's title or name. */
function titleOf({ sources }: Material): string {
  const [first] = sources
  return plain(first?.passage.heading_path[0] ?? first?.passage.document_name ?? "Documentation")
}
