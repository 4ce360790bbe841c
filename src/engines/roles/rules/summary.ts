import { extractiveNotice } from "../../models/offline"
import type { Source } from "../sources"

/** Formats a count: `1 feature`, `3 features`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`
}

/** Summarizes an output that was picked by rules from the sources. */
export function pickedFrom(sources: readonly Source[], counts: readonly string[]): string {
  return `${extractiveNotice}. ${counts.join(", ")}, picked by rules from ${documentsOf(sources)}.`
}

/** Joins names: `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "no document"
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last
}

/** Names the sources: `5 passages of README.md and design.md`. */
export function documentsOf(sources: readonly Source[]): string {
  const names = [...new Set(sources.map(({ passage }) => passage.document_name))]
  return `${counted(sources.length, "passage")} of ${listed(names)}`
}
