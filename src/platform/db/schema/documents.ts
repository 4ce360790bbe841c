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

/** One row a document, in the state of its newest version. */
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
    /** Bytes of all versions together, since older ones are kept: what the quota counts. */
    storedBytes: bigint({ mode: "number" }).notNull(),
    /** SHA-256 of the uploaded bytes: the same content again is the same document. */
    contentHash: text().notNull(),
    sourceUrl: text(),
    version: version(),
    /** The version whose passages are found; null before there is one. */
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

/** One row: what all documents together take, so that no upload has to count it. */
export const documentStorage = amelia.table("document_storage", {
  id: integer().primaryKey(),
  bytes: bigint({ mode: "number" }).notNull(),
})

/** Each file that was uploaded under a document's name. */
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
    /** The file under `uploads/`; null where the text is the file, byte for byte. */
    original: text(),
    /** How often its conversion was begun, so that one that ends the process is given up. */
    attempts: integer().notNull().default(0),
    /** Where the pages begin in the text; null where there are none. */
    pageStarts: integer().array(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.version] })],
)
export type VersionRow = typeof documentVersions.$inferSelect

/**
 * The converted text of each version, in parts that no statement takes long for. Older versions
 * stay, so that an old citation still opens.
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
