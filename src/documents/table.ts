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
import { amelia, createdAt, id, updatedAt, version } from "../db/columns"
import type { DocumentStatus, DocumentType } from "./schema"

/** One row a document, whatever its version; its texts are in `document_texts`. */
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

/** The converted text of each version. Older ones stay, so that an old citation still opens. */
export const documentTexts = amelia.table(
  "document_texts",
  {
    documentId: uuid()
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    version: integer().notNull(),
    content: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.documentId, table.version] })],
)
