import type { PassageRow } from "../../engines/index/chunk-store"
import { termsOf } from "../../engines/index/terms"
import type { TermScore } from "../../engines/index/top-k"
import type { Explanation, TermExplanation } from "../../platform/shapes/passage"
import type { ParsedQuery } from "./query"

/** Says how a passage got its lexical score, the most important term first. */
export function explainTerms(
  row: PassageRow,
  { terms: asked }: ParsedQuery,
  scores: readonly TermScore[],
): NonNullable<Explanation["lexical"]> {
  const headings = countsOf(row.chunk.headingPath.join("\n"))
  const body = countsOf(row.chunk.content)
  const terms = scores.map(({ term, times, idf, frequency, score }): TermExplanation => {
    const share = (count = 0) => (frequency === 0 ? 0 : (score * count) / frequency)
    const [inHeadings, inBody] = [share(headings.get(term)), share(body.get(term))]
    const fields = { title: score - inHeadings - inBody, headings: inHeadings, body: inBody }
    return { term, added: !asked.has(term), weight: times, idf, frequency, score, fields }
  })
  return {
    score: scores.reduce((sum, { score }) => sum + score, 0),
    terms: terms.sort((a, b) => b.score - a.score),
  }
}

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { term } of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}
