import type { SourceQuote } from "../output"
import { findQuote } from "../quote"
import type { Upstream } from "../roles/role"
import type { Source } from "../sources"

type Reader<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false } }

/** The first earlier result of this shape. */
export function findResult<T>(upstream: Upstream, schema: Reader<T>): T | undefined {
  for (const { data } of Object.values(upstream)) {
    const parsed = schema.safeParse(data)
    if (parsed.success) return parsed.data
  }
  return undefined
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
