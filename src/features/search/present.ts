import type { PassageRow } from "../../engines/index/chunk-store"
import type { Hit } from "../../engines/index/top-k"
import type { Explanation, RetrievalResult } from "../../platform/shapes/passage"

/** A hit and how it was found. `similarity` needs vectors, `fusion` two rankings. */
export type Found = Hit &
  Pick<RetrievalResult, "similarity" | "mode"> & { fusion?: Explanation["fusion"] }

export function presentPassage(
  { chunk, document }: PassageRow,
  { score, similarity, mode }: Pick<Found, "score" | "similarity" | "mode">,
  explain?: Explanation,
): RetrievalResult {
  return {
    content: chunk.content,
    document_id: chunk.documentId,
    document_name: document.name,
    document_version: chunk.documentVersion,
    chunk_index: chunk.chunkIndex,
    start: chunk.start,
    end: chunk.end,
    page: chunk.page,
    heading_path: chunk.headingPath,
    similarity,
    score,
    mode,
    metadata: document.metadata,
    ...(explain && { explain }),
  }
}
