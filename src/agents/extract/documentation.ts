import { extractiveNotice } from "../../llm/offline"
import { code, line } from "../markdown"
import type { SourceQuote } from "../output"
import type { DocumentationOutput } from "../output/documentation"
import { implementationOutput } from "../output/implementation"
import type { Material } from "../roles/role"
import { designFor } from "./design"
import { discoveryFor } from "./discovery"
import { plain } from "./plain"
import { counted, documentsOf } from "./summary"
import { findResults, relocate } from "./upstream"

type Entry = { text: string; citations: readonly SourceQuote[] }

/** What earlier results say, else what the sources do, in the order in which readers need it. */
export function extractDocumentation(material: Material): DocumentationOutput {
  const { sources, upstream } = material
  const { features, constraints, open_questions } = discoveryFor(material)
  const design = designFor(material)
  const changes = findResults(upstream, implementationOutput).flatMap(({ changes }) => changes)
  const sections = [
    ["What it does", features.map(({ name, ...it }) => entry(it, bold(name), it.description))],
    ["How to use it", design.interfaces.map((it) => entry(it, code(it.name), it.description))],
    ["Limits", constraints.map((it) => entry(it, "", it.statement))],
    ["Parts", design.components.map((it) => entry(it, bold(it.name), it.responsibility))],
    ["Data", design.data_model.map((it) => entry(it, bold(it.entity), it.fields.join(", ")))],
    ["What can go wrong", design.risks.map((it) => entry(it, "", it.risk))],
  ] as const satisfies [string, Entry[]][]
  const written = sections.filter(([, entries]) => entries.length > 0)
  return {
    title: titleOf(material),
    audience: "The sources do not say.",
    summary: `${extractiveNotice}. ${counted(written.length, "section")}, put in order by rules from ${documentsOf(sources)}.`,
    sections: written.map(([heading, entries]) => ({
      heading,
      body: entries.map(({ text }) => `- ${text}`).join("\n"),
      citations: relocate(once(entries.flatMap(({ citations }) => citations)), sources),
    })),
    changelog: changes.map(({ action, path, purpose }) => ({
      kind: kinds[action],
      entry: `${path}: ${purpose}`,
    })),
    open_questions: open_questions.map(({ question, citations }) => ({
      question,
      citations: relocate(citations, sources),
    })),
  }
}

const kinds = { create: "added", modify: "changed", delete: "removed" } as const

const bold = (name: string) => `**${line(name)}**`

/** A name and what is said of it, once if that is the same. */
function entry({ citations }: Pick<Entry, "citations">, name: string, said: string): Entry {
  const same = name.includes(line(said))
  return { text: [name, same ? "" : line(said)].filter(Boolean).join(": "), citations }
}

function once(quotes: readonly SourceQuote[]): SourceQuote[] {
  return [...new Map(quotes.map((it) => [it.quote, it])).values()]
}

/** The title of the first document, or its name. */
function titleOf({ sources }: Material): string {
  const [first] = sources
  return plain(first?.passage.heading_path[0] ?? first?.passage.document_name ?? "Documentation")
}
