import { z } from "zod"

export const searchMode = z.enum(["hybrid", "vector", "lexical"])
export type SearchMode = z.infer<typeof searchMode>

/**
 * How much one term added to a score: `weight` × `idf` × its saturated `frequency`, where words of
 * the title count twice. `fields` splits its `score`.
 */
const termExplanation = z.strictObject({
  term: z.string(),
  /** Not in the query, but taken from its best passages. */
  added: z.boolean(),
  weight: z.number(),
  idf: z.number(),
  frequency: z.number(),
  score: z.number(),
  fields: z.strictObject({ title: z.number(), headings: z.number(), body: z.number() }),
})
export type TermExplanation = z.infer<typeof termExplanation>

/**
 * `lexical.score` sums its terms' scores, `fusion.score` sums reciprocal ranks, and `rerank.score`
 * comes from the cross-encoder, which moved the result from `rank_before` to `rank`.
 */
export const explanationSchema = z.strictObject({
  lexical: z.strictObject({ score: z.number(), terms: z.array(termExplanation) }).nullable(),
  fusion: z
    .strictObject({
      lexical_rank: z.number().int().nullable(),
      vector_rank: z.number().int().nullable(),
      score: z.number(),
    })
    .nullable(),
  rerank: z
    .strictObject({
      score: z.number(),
      rank_before: z.number().int(),
      rank: z.number().int(),
    })
    .optional(),
})
export type Explanation = z.infer<typeof explanationSchema>

/**
 * One search result. `content === text.slice(start, end)` of version `document_version` of the
 * document. `score` ranks the results of one query and can't be compared across queries;
 * `similarity` is a cosine, or null if no vectors were used.
 */
export const retrievalResultSchema = z.object({
  content: z.string(),
  document_id: z.uuid(),
  document_name: z.string(),
  document_version: z.number().int(),
  chunk_index: z.number().int(),
  start: z.number().int(),
  end: z.number().int(),
  page: z.number().int().nullable(),
  heading_path: z.array(z.string()),
  similarity: z.number().nullable(),
  score: z.number(),
  mode: searchMode,
  metadata: z.record(z.string(), z.unknown()),
  explain: explanationSchema.optional(),
})
export type RetrievalResult = z.infer<typeof retrievalResultSchema>
