import type { RetrievalResult } from "./schema"
import type { PassageRow } from "./store"
import type { Hit } from "./top-k"

/** A hit and how it was found; without vectors there is no similarity. */
export type Found = Hit & Pick<RetrievalResult, "similarity" | "mode">

export function presentPassage(
  { chunk, document }: PassageRow,
  { score, similarity, mode }: Omit<Found, "chunkId">,
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
  }
}
