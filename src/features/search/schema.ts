import { z } from "zod"
import { type RetrievalResult, searchMode } from "../../platform/shapes/passage"

export const searchInput = z.strictObject({
  query: z.string().trim().min(1, "Enter a search query.").max(10_000),
  top_k: z.number().int().min(1).max(100).optional(),
  similarity_threshold: z.number().min(-1).max(1).optional(),
  mode: searchMode.optional(),
  document_ids: z.array(z.uuid()).max(1000).optional(),
  /** Globs for names, one of which must match, or parts of names without `*` and `?`. */
  document_names: z.array(z.string().min(1).max(1000)).max(100).optional(),
  /** Metadata that a document must contain. */
  metadata: z.record(z.string(), z.unknown()).optional(),
  explain: z.boolean().optional(),
  /** By default true if there is a reranking model. */
  rerank: z.boolean().optional(),
})
export type SearchInput = z.infer<typeof searchInput>

/** A passage, and the other places that say the same. */
export type DistinctResult = RetrievalResult & { also_in: RetrievalResult[] }

/** A passage that begins a section: where it starts, and the headings above it. */
export type Section = { start: number; headingPath: string[] }
