import type { RetrievalResult } from "./schema"
import type { PassageRow } from "./store"

/** A passage as an answer to a lexical query: without vectors there is no similarity. */
export function presentLexical({ chunk, document }: PassageRow, score: number): RetrievalResult {
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
    similarity: null,
    score,
    mode: "lexical",
    metadata: document.metadata,
  }
}
