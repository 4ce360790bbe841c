import type { SourceQuote } from "../output"
import { findQuote } from "../quote"
import type { Upstream } from "../role"
import type { Source } from "../sources"

type Reader<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } }

/** The earlier results of this shape, in the order of the nodes. */
export function findResults<T>(upstream: Upstream, schema: Reader<T>): T[] {
  return Object.values(upstream).flatMap(({ data }) => {
    const parsed = schema.safeParse(data)
    return parsed.success ? [parsed.data] : []
  })
}

/** The first of them. */
export function findResult<T>(upstream: Upstream, schema: Reader<T>): T | undefined {
  return findResults(upstream, schema)[0]
}

/** Citations of an earlier result, found again in the present sources; others are left out. */
export function relocate(
  citations: readonly SourceQuote[],
  sources: readonly Source[],
): SourceQuote[] {
  return citations.flatMap(({ quote }) => {
    const found = sources.find(({ passage }) => findQuote(passage.content, quote))
    return found ? [{ source: found.number, quote }] : []
  })
}
