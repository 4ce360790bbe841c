import type { Document, DocumentDetail } from "./schema"
import type { DocumentRow } from "./table"

export function presentDocument(row: DocumentRow): Document {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    status: row.status,
    progress: row.progress,
    error: row.error,
    file_size: row.fileSize,
    source_url: row.sourceUrl,
    version: row.version,
    chunk_count: row.chunkCount,
    metadata: row.metadata,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }
}

export function presentDetail(row: DocumentRow, content: string): DocumentDetail {
  return { ...presentDocument(row), content }
}
