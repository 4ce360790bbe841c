import type { RetrievalResult } from "../../platform/shapes/passage"

/** What is relevant for one question: a document, or a span of it. */
export type Relevant = { documentId: string; grade: number; span?: { start: number; end: number } }

/** One place in a ranking. */
export type Ranked = Pick<RetrievalResult, "document_id" | "document_name" | "score"> & {
  grade: number
}

/**
 * The ranking that passages, best first, make. A document ranks once, by its best passage. Where
 * spans of it were judged, each ranks by the best passage that overlaps it, and what overlaps none
 * counts once, as not relevant.
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
