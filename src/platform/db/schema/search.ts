import { sql } from "drizzle-orm"
import {
  bigint,
  boolean,
  index,
  integer,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core"
import { amelia, bytea, createdAt } from "../columns"
import { documents } from "./documents"

/**
 * Passages of documents. `start` and `end` count UTF-16 units. Passages of a version other than the
 * document's indexed one are being created or removed, and search must not find them.
 */
export const chunks = amelia.table(
  "chunks",
  {
    /**
     * Also the chunk's number in the index. Reserved before the insert, so that packing can start.
     */
    id: bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    documentId: uuid()
      .notNull()
      .references(() => documents.id, { onDelete: "cascade" }),
    documentVersion: integer().notNull(),
    chunkIndex: integer().notNull(),
    start: integer().notNull(),
    end: integer().notNull(),
    page: integer(),
    headingPath: text().array().notNull().default(sql`'{}'::text[]`),
    content: text().notNull(),
  },
  (table) => [
    uniqueIndex("chunks_place").on(table.documentId, table.documentVersion, table.chunkIndex),
  ],
)

/** An immutable part of the index with some documents' chunks, searchable once committed. */
export const searchSegments = amelia.table(
  "search_segments",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
    /**
     * False while a merge writes it, and after it was merged into another. It then doesn't count.
     */
    live: boolean().notNull(),
    chunkCount: integer().notNull(),
    /** Packed: the chunks' ids, ascending, with their lengths in terms. */
    lengths: bytea().notNull(),
    /** Packed: the first term of each block, so that a lookup reads one block. */
    fences: bytea().notNull(),
    createdAt: createdAt(),
  },
  (table) => [index("search_segments_live").on(table.live)],
)

/**
 * A segment's terms with their postings, sorted by UTF-16 units, in blocks of about 2 kB. One row
 * per term would cost more in row headers and index entries than in postings.
 */
export const searchBlocks = amelia.table(
  "search_blocks",
  {
    segmentId: bigint({ mode: "number" })
      .notNull()
      .references(() => searchSegments.id, { onDelete: "cascade" }),
    block: integer().notNull(),
    packed: bytea().notNull(),
  },
  (table) => [primaryKey({ columns: [table.segmentId, table.block] })],
)

/** Deleted chunks that remain in a segment until it is merged. One row per segment. */
export const searchTombstones = amelia.table("search_tombstones", {
  segmentId: bigint({ mode: "number" })
    .primaryKey()
    .references(() => searchSegments.id, { onDelete: "cascade" }),
  /** Counts changes, so that a cache can tell whether it is current. */
  revision: integer().notNull(),
  chunkCount: integer().notNull(),
  /** Packed: their ids, ascending. */
  chunkIds: bytea().notNull(),
})
