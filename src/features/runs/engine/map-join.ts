import type { ArtifactRow, StepRow } from "../../../platform/db/schema/runs"
import type { Citation } from "../../../platform/shapes/citation"
import { titleOf } from "../../../platform/shapes/map-item"
import type { Made } from "./result"

/**
 * Joins what a map's items made: a list of their outputs, null for an item that failed, and their
 * texts one after another, with all citations renumbered.
 */
export function joinItems(
  items: readonly unknown[],
  steps: readonly StepRow[],
  artifacts: readonly ArtifactRow[],
): Made {
  const citations: Citation[] = []
  const parts = items.map((item, index) => {
    const made = artifacts.find(({ mapIndex }) => mapIndex === index)
    const heading = `## ${index + 1}. ${titleOf(item)}`
    const step = steps[index]
    if (!made || step?.status !== "completed") {
      return `${heading}\n\n*Failed: ${step?.error ?? "nothing was made"}*`
    }
    const before = citations.length
    citations.push(...made.citations.map((it) => ({ ...it, number: it.number + before })))
    return `${heading}\n\n${shiftNumbers(made.content, before)}`
  })
  const data = steps.map((step) => (step.status === "completed" ? step.output : null))
  return { content: parts.join("\n\n") || "*The list was empty.*", data, citations }
}

/** Adds `by` to each citation mark, such as [2]. Leaves code alone. */
function shiftNumbers(markdown: string, by: number): string {
  return markdown
    .split(/(```[\s\S]*?```|`[^`\n]*`)/)
    .map((part, i) =>
      i % 2 === 1 ? part : part.replace(/\[(\d+)\](?!\()/g, (_, n) => `[${Number(n) + by}]`),
    )
    .join("")
}
