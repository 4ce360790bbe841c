import type { PassageRow } from "../../engines/index/chunk-store"
import { queryTerms, termsOf } from "../../engines/index/terms"
import type { TermScore } from "../../engines/index/top-k"
import type { Explanation, TermExplanation } from "../../platform/shapes/passage"
import { parseOperators } from "./operators"

/** How a passage got its score from the terms of a query; the most important first. */
export function explainTerms(
  row: PassageRow,
  query: string,
  terms: readonly TermScore[],
): NonNullable<Explanation["lexical"]> {
  const asked = queryTerms(parseOperators(query).text)
  const headings = countsOf(row.chunk.headingPath.join("\n"))
  const body = countsOf(row.chunk.content)
  const explained = terms.map(({ term, times, idf, frequency, score }): TermExplanation => {
    const share = (count = 0) => (frequency === 0 ? 0 : (score * count) / frequency)
    const [inHeadings, inBody] = [share(headings.get(term)), share(body.get(term))]
    const fields = { title: score - inHeadings - inBody, headings: inHeadings, body: inBody }
    return { term, added: !asked.has(term), weight: times, idf, frequency, score, fields }
  })
  return {
    score: terms.reduce((sum, { score }) => sum + score, 0),
    terms: explained.sort((a, b) => b.score - a.score),
  }
}

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { term } of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}
