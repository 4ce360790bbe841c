import type { Found } from "./scan"
import type { FolderFileRow } from "./table"

/** A file that is there, and what was recorded of it before. */
export type Candidate = { found: Found; row: FolderFileRow | undefined }

/** What differs between the disk and the record, as far as it can be seen without reading. */
export type Comparison = {
  added: Candidate[]
  /** Read again, since their size or time changed, or their document is gone. */
  changed: Candidate[]
  /** That can't be documents, where the record does not say so yet. */
  refused: Candidate[]
  gone: FolderFileRow[]
  unchanged: number
  /** That were no documents and still are none. */
  skipped: FolderFileRow[]
}

/** With `recheck`, files that were skipped for their content are read again. */
export function compare(
  rows: FolderFileRow[],
  found: Map<string, Found>,
  recheck: boolean,
): Comparison {
  const byPath = new Map(rows.map((row) => [row.path, row]))
  const gone = rows.filter(({ path }) => !found.has(path))
  const comparison: Comparison = {
    ...{ added: [], changed: [], refused: [], gone, unchanged: 0, skipped: [] },
  }
  for (const file of found.values()) {
    const row = byPath.get(file.path)
    const isSame = row?.size === file.size && row.changedAt === file.changedAt
    const candidate = { found: file, row }
    if (file.skipped !== undefined) {
      if (row && row.skipped === file.skipped) comparison.skipped.push(row)
      else comparison.refused.push(candidate)
    } else if (!row) comparison.added.push(candidate)
    else if (isSame && row.documentId !== null) comparison.unchanged++
    else if (isSame && row.skipped !== null && !recheck) comparison.skipped.push(row)
    else comparison.changed.push(candidate)
  }
  return comparison
}
