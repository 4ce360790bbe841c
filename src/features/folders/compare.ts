import type { FolderFileRow } from "../../platform/db/schema/folders"
import type { Found } from "./scan"

/** A file that is there, and what was recorded of it before. */
export type Candidate = { found: Found; row: FolderFileRow | undefined }

/** What differs between the disk and the record, as far as it can be seen without reading. */
export type Comparison = {
  added: Candidate[]
  /** Read again: their size or time changed, their document is gone, or the rules are others. */
  changed: Candidate[]
  /** That can't be documents, where the record does not say so yet. */
  refused: Candidate[]
  gone: FolderFileRow[]
  unchanged: number
  /** That were no documents and still are none. */
  skipped: FolderFileRow[]
}

/** Which files are read again though they did not change. */
export type Again = {
  /** Those that were skipped for their content. */
  recheck: boolean
  /** Those that are documents as well. */
  rejudge: boolean
}

export function compare(
  rows: FolderFileRow[],
  found: Map<string, Found>,
  { recheck, rejudge }: Again,
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
    else if (isSame && row.documentId !== null && !rejudge) comparison.unchanged++
    else if (isSame && row.skipped !== null && !recheck && !rejudge) comparison.skipped.push(row)
    else comparison.changed.push(candidate)
  }
  return comparison
}
