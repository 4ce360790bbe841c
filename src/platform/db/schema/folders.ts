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
import { amelia, createdAt, id, moment, updatedAt } from "../columns"
import { documents } from "./documents"

/** Folders on a disk whose files are documents. */
export const folders = amelia.table(
  "folders",
  {
    id: id(),
    /** What the names of its documents begin with. */
    name: text().notNull(),
    /** Absolute, without symbolic links. */
    path: text().notNull(),
    /** The machine and home whose process keeps it in step: on others the path means nothing. */
    keeper: text().notNull(),
    /** True if files that look like secrets are indexed too. */
    includeSecrets: boolean().notNull().default(false),
    /** Why the last sync failed; null if it did not. */
    error: text(),
    /** Set before its documents go, so that a removal that is killed is gone on with. */
    removing: boolean().notNull().default(false),
    /** What the last sync that succeeded did, and the Amelia and rules that judged the files. */
    lastSync: jsonb().$type<SyncCounts & { version: string; secretRules?: number }>(),
    syncedAt: moment(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("folders_name").on(table.name),
    uniqueIndex("folders_path").on(table.keeper, table.path),
  ],
)
export type FolderRow = typeof folders.$inferSelect

/** One row a file that was read or skipped; written after its document, never before. */
export const folderFiles = amelia.table(
  "folder_files",
  {
    id: id(),
    folderId: uuid()
      .notNull()
      .references(() => folders.id, { onDelete: "cascade" }),
    /** Below the folder, with "/". Too long for an index of its own, perhaps. */
    path: text().notNull(),
    size: bigint({ mode: "number" }).notNull(),
    /** Milliseconds; see `changedAt` of a file that was found. Null if it can't be relied on. */
    changedAt: doublePrecision(),
    /** SHA-256; null if it was not read. */
    contentHash: text(),
    /** Null with `skipped`, or when the document was deleted: then the file is read again. */
    documentId: uuid().references(() => documents.id, { onDelete: "set null" }),
    /** Why it is no document. */
    skipped: text(),
  },
  (table) => [
    index("folder_files_folder").on(table.folderId),
    index("folder_files_document").on(table.documentId),
  ],
)
export type FolderFileRow = typeof folderFiles.$inferSelect
