import type { SourceQuote } from "../output"
import { findQuote } from "../quote"
import type { Upstream } from "../role"
import type { Source } from "../sources"

type Reader<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } }

/** Returns the earlier results that match the schema, in node order. */
export function findResults<T>(upstream: Upstream, schema: Reader<T>): T[] {
  return Object.values(upstream).flatMap(({ data }) => {
    const parsed = schema.safeParse(data)
    return parsed.success ? [parsed.data] : []
  })
}

/** Returns the first earlier result that matches the schema. */
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
