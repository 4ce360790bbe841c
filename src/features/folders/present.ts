import type { FolderRow } from "../../platform/db/schema/folders"
import type { FolderKeeper } from "./keeper"
import type { Folder } from "./schema"

export function presentFolder(
  row: FolderRow,
  files: Folder["files"],
  { progress, watching }: ReturnType<FolderKeeper["stateOf"]>,
): Folder {
  const settled = row.error === null ? "synced" : "failed"
  // The first sync has yet to run, even if the command that added the folder has ended.
  const never = row.error === null && row.syncedAt === null
  return {
    id: row.id,
    name: row.name,
    path: row.path,
    include_secrets: row.includeSecrets,
    status: progress !== undefined || never ? "syncing" : settled,
    progress: progress ?? (never ? 0 : 1),
    error: row.error,
    watching,
    files,
    last_sync: countsOf(row.lastSync),
    synced_at: row.syncedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  }
}

function countsOf(lastSync: FolderRow["lastSync"]): Folder["last_sync"] {
  if (!lastSync) return null
  const { version: _, secretRules: __, ...counts } = lastSync
  return counts
}
