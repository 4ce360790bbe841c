import type { FolderFileRow } from "../../platform/db/schema/folders"
import type { Found } from "./scan"

/** A file on disk, and its row from the last sync. */
export type Candidate = { found: Found; row: FolderFileRow | undefined }

/** How the disk differs from the last sync, as far as we can tell without reading files. */
export type Comparison = {
  added: Candidate[]
  /** Files to read again: their size or time, the rules, or the existence of a document changed. */
  changed: Candidate[]
  /** Files that can't be documents, and whose rows don't say so yet. */
  refused: Candidate[]
  gone: FolderFileRow[]
  unchanged: number
  /** Files that still can't be documents. */
  skipped: FolderFileRow[]
}

/** Which unchanged files to read again. */
export type Again = {
  /** Files that were skipped because of their content. */
  recheck: boolean
  /** Documents as well. */
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
