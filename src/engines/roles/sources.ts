import type { RetrievalResult } from "../../platform/shapes/passage"

/** A passage with the number that prompts show and citations use. */
export type Source = { number: number; passage: RetrievalResult }

export function numberSources(passages: readonly RetrievalResult[]): Source[] {
  return passages.map((passage, index) => ({ number: index + 1, passage }))
}

/** Formats a location as `README.md › Install › Linux`, always on one line. */
export function placeOf(place: { document_name: string; heading_path: readonly string[] }): string {
  const parts = [place.document_name, ...place.heading_path]
  return parts.map(oneLine).join(" › ")
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim()
}

/** Formats sources for a prompt, in fences that no text can close to pose as the prompt. */
export function showSources(sources: readonly Source[]): string {
  const fence = fenceFor(sources.map(({ passage }) => passage.content))
  const shown = sources.map(
    ({ number, passage }) =>
      `[${number}] ${placeOf(passage)}\n${fence}\n${passage.content}\n${fence}`,
  )
  return shown.join("\n\n")
}

/** Puts a text between two lines of tildes. */
export function fenced(text: string): string {
  const fence = fenceFor([text])
  return `${fence}\n${text}\n${fence}`
}

/** Returns a fence of tildes that none of the texts can close. */
export function fenceFor(texts: readonly string[]): string {
  const runs = texts.flatMap((text) => text.match(/~+/g) ?? [])
  return "~".repeat(Math.max(4, ...runs.map((run) => run.length)) + 1)
}
