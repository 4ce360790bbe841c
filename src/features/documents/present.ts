import type { DocumentRow, VersionRow } from "../../platform/db/schema/documents"
import type { Document, DocumentDetail, DocumentVersion } from "./schema"

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

/** `of` is the version that `content` belongs to, if there is one. */
export function presentDetail(
  row: DocumentRow,
  content: string,
  of: VersionRow | undefined,
): DocumentDetail {
  const page_starts = of?.pageStarts ?? null
  return { ...presentDocument(row), content, content_version: of?.version ?? null, page_starts }
}

export function presentVersion(row: VersionRow, { indexedVersion }: DocumentRow): DocumentVersion {
  const { version, type, status, error, fileSize: file_size } = row
  const is_searched = version === indexedVersion
  const created_at = row.createdAt.toISOString()
  return { version, type, status, error, file_size, created_at, is_searched }
}
