import type { RetrievalResult } from "../../platform/shapes/passage"

/** A document, or a span of one, that is relevant to a question. */
export type Relevant = { documentId: string; grade: number; span?: { start: number; end: number } }

export type Ranked = Pick<RetrievalResult, "document_id" | "document_name" | "score"> & {
  grade: number
}

/**
 * Turns passages, best first, into a ranking. A document ranks once, by its best passage. If spans
 * of it were judged, each ranks by its best passage, and all others count once, as irrelevant.
 */
export function rankingOf(results: RetrievalResult[], relevant: Relevant[]): Ranked[] {
  const left = new Set(relevant)
  const seen = new Set<string>()
  return results.flatMap((result) => {
    const { document_id, document_name, score } = result
    const met = relevant.filter((it) => isIn(result, it))
    const fresh = met.filter((it) => left.delete(it))
    const isNew = met.length === 0 && !seen.has(document_id)
    if (isNew) seen.add(document_id)
    const grades = isNew ? [0] : fresh.map(({ grade }) => grade)
    return grades.map((grade) => ({ document_id, document_name, score, grade }))
  })
}

function isIn(result: RetrievalResult, { documentId, span }: Relevant): boolean {
  if (result.document_id !== documentId) return false
  return !span || (span.start < result.end && result.start < span.end)
}
