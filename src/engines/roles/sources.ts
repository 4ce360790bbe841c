import type { RetrievalResult } from "../../platform/shapes/passage"

/** A passage under the number that a prompt shows and a citation names. */
export type Source = { number: number; passage: RetrievalResult }

/** Numbers passages from 1 in the given order, which is how well they match. */
export function numberSources(passages: readonly RetrievalResult[]): Source[] {
  return passages.map((passage, index) => ({ number: index + 1, passage }))
}

/** `README.md › Install › Linux`, on one line whatever the document calls itself. */
export function placeOf(place: { document_name: string; heading_path: readonly string[] }): string {
  const parts = [place.document_name, ...place.heading_path]
  return parts.map((part) => part.replace(/\s+/g, " ").trim()).join(" › ")
}

/**
 * The sources as a prompt shows them. The fence is longer than any run of its sign in any text, so
 * no text can close it and go on as if it were the prompt; the same sources give the same text.
 */
export function showSources(sources: readonly Source[]): string {
  const fence = fenceFor(sources.map(({ passage }) => passage.content))
  const shown = sources.map(
    ({ number, passage }) =>
      `[${number}] ${placeOf(passage)}\n${fence}\n${passage.content}\n${fence}`,
  )
  return shown.join("\n\n")
}

/** A line of tildes that none of the texts can end. */
export function fenceFor(texts: readonly string[]): string {
  const runs = texts.flatMap((text) => text.match(/~+/g) ?? [])
  return "~".repeat(Math.max(4, ...runs.map((run) => run.length)) + 1)
}
