import {
  bigint,
  boolean,
  doublePrecision,
  index,
  jsonb,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core"
import type { SyncCounts } from "../../shapes/sync-counts"
import { amelia, createdAt, id, timestamptz, updatedAt } from "../columns"
import { documents } from "./documents"

/** Folders on disk whose files become documents. */
export const folders = amelia.table(
  "folders",
  {
    id: id(),
    /** Prefix of its documents' names. */
    name: text().notNull(),
    /** Absolute, without symbolic links. */
    path: text().notNull(),
    /** The machine and home whose process syncs it. The path means nothing elsewhere. */
    keeper: text().notNull(),
    /** True if files that look like secrets are indexed too. */
    includeSecrets: boolean().notNull().default(false),
    /** Why the last sync failed; null if it succeeded. */
    error: text(),
    /** Set before its documents are deleted, so that an interrupted removal continues. */
    removing: boolean().notNull().default(false),
    /** The result of the last successful sync, with the version and rules that it used. */
    lastSync: jsonb().$type<SyncCounts & { version: string; secretRules?: number }>(),
    syncedAt: timestamptz(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("folders_name").on(table.name),
    uniqueIndex("folders_path").on(table.keeper, table.path),
  ],
)
export type FolderRow = typeof folders.$inferSelect

/** One row per file that was read or skipped. Written after its document, never before. */
export const folderFiles = amelia.table(
  "folder_files",
  {
    id: id(),
    folderId: uuid()
      .notNull()
      .references(() => folders.id, { onDelete: "cascade" }),
    /** Relative to the folder, with "/". May be too long for an index. */
    path: text().notNull(),
    size: bigint({ mode: "number" }).notNull(),
    /** In milliseconds; see `changedAt` of a found file. Null if it is unreliable. */
    changedAt: doublePrecision(),
    /** SHA-256; null if the file was not read. */
    contentHash: text(),
    /** Null if the file was skipped or its document deleted; it is then read again. */
    documentId: uuid().references(() => documents.id, { onDelete: "set null" }),
    /** Why the file is not a document. */
    skipped: text(),
  },
  (table) => [
    index("folder_files_folder").on(table.folderId),
    index("folder_files_document").on(table.documentId),
  ],
)
export type FolderFileRow = typeof folderFiles.$inferSelect
