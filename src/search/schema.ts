import { z } from "zod"

export const searchMode = z.enum(["hybrid", "vector", "lexical"])
export type SearchMode = z.infer<typeof searchMode>

export const searchInput = z.strictObject({
  query: z.string().trim().min(1, "Say what to look for.").max(10_000),
  top_k: z.number().int().min(1).max(100).optional(),
  similarity_threshold: z.number().min(-1).max(1).optional(),
  mode: searchMode.optional(),
  document_ids: z.array(z.uuid()).max(1000).optional(),
  /** Only documents whose metadata contains all of this. */
  metadata: z.record(z.string(), z.unknown()).optional(),
})
export type SearchInput = z.infer<typeof searchInput>

/**
 * One passage that was found. `content === text.slice(start, end)` of version `document_version` of
 * the document. `score` orders the results of one query and means nothing across queries;
 * `similarity` is a cosine, null where no vectors were used.
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
})
export type RetrievalResult = z.infer<typeof retrievalResultSchema>
