import {
  bigint,
  index,
  integer,
  jsonb,
  primaryKey,
  real,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core"
import type { DocumentStatus, DocumentType } from "../../shapes/document"
import { amelia, createdAt, id, updatedAt, version } from "../columns"

/** One row per document, with the state of its newest version. */
export const documents = amelia.table(
  "documents",
  {
    id: id(),
    name: text().notNull(),
    type: text().$type<DocumentType>().notNull(),
    status: text().$type<DocumentStatus>().notNull(),
    progress: real().notNull().default(0),
    error: text(),
    fileSize: integer().notNull(),
    /** Bytes of all versions, including older ones that are kept. Counts toward the quota. */
    storedBytes: bigint({ mode: "number" }).notNull(),
    /** SHA-256 of the uploaded bytes. The same content again is the same document. */
    contentHash: text().notNull(),
    sourceUrl: text(),
    version: version(),
    /** The version whose passages search finds; null before the first. */
    indexedVersion: integer(),
    chunkCount: integer().notNull().default(0),
    metadata: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("documents_name").on(table.name),
    index("documents_content_hash").on(table.contentHash),
    index("documents_status").on(table.status),
  ],
)
export type DocumentRow = typeof documents.$inferSelect

/** One row with the size of all documents, so that uploads need not add it up. */
export const documentStorage = amelia.table("document_storage", {
  id: integer().primaryKey(),
  bytes: bigint({ mode: "number" }).notNull(),
})

/** Every file uploaded under a document's name. */
export const documentVersions = amelia.table(
  "document_versions",
  {
    documentId: uuid()
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    version: integer().notNull(),
    type: text().$type<DocumentType>().notNull(),
    status: text().$type<DocumentStatus>().notNull(),
    error: text(),
    fileSize: integer().notNull(),
    contentHash: text().notNull(),
    /** The file under `uploads/`; null if the text is the file, byte for byte. */
    original: text(),
    /** How often conversion was started, to give up on files that crash the process. */
    attempts: integer().notNull().default(0),
    /** Offsets of the pages in the text; null if there are none. */
    pageStarts: integer().array(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.version] })],
)
export type VersionRow = typeof documentVersions.$inferSelect

/**
 * The converted text of each version, in parts small enough for quick statements. Older versions
 * stay, so that old citations still open.
 */
export const documentTexts = amelia.table(
  "document_texts",
  {
    documentId: uuid()
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    version: integer().notNull(),
    part: integer().notNull().default(0),
    content: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.version, table.part] })],
)
