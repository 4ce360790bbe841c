import { type PlannedTask, planningOutput, type SourceQuote } from "../output"
import { findQuote } from "../quote"
import type { Upstream } from "../role"
import type { Source } from "../sources"

type Reader<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } }

export function findResults<T>(upstream: Upstream, schema: Reader<T>): T[] {
  return Object.values(upstream).flatMap(({ data }) => {
    const parsed = schema.safeParse(data)
    return parsed.success ? [parsed.data] : []
  })
}

export function findResult<T>(upstream: Upstream, schema: Reader<T>): T | undefined {
  return findResults(upstream, schema)[0]
}

/** Finds an earlier result's citations in the current sources. Drops those that aren't there. */
export function relocate(
  citations: readonly SourceQuote[],
  sources: readonly Source[],
): SourceQuote[] {
  return citations.flatMap(({ quote }) => {
    const found = sources.find(({ passage }) => findQuote(passage.content, quote))
    return found ? [{ source: found.number, quote }] : []
  })
}

export function relocated<T extends { citations: readonly SourceQuote[] }>(
  items: readonly T[],
  sources: readonly Source[],
): (T & { citations: SourceQuote[] })[] {
  return items.map((it) => ({ ...it, citations: relocate(it.citations, sources) }))
}

export function plannedTasks(upstream: Upstream): PlannedTask[] {
  return findResults(upstream, planningOutput).flatMap(({ tasks }) => tasks)
}
