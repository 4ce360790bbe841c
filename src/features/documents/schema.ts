import { z } from "zod"
import { documentStatus, documentType } from "../../platform/shapes/document"

/** Which documents a list shows; without these, all. */
export const documentFilter = {
  status: documentStatus.optional(),
  type: documentType.optional(),
}
export type DocumentFilter = z.infer<z.ZodObject<typeof documentFilter>>

/** What stands over a list of documents. Sizes in bytes. */
export type DocumentSummary = { count: number; bytes: number; quota_bytes: number }

/** A document as a client sees it. Sizes in bytes, progress 0..1. */
export const documentSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  type: documentType,
  status: documentStatus,
  progress: z.number(),
  error: z.string().nullable(),
  file_size: z.number().int(),
  source_url: z.string().nullable(),
  version: z.number().int(),
  chunk_count: z.number().int(),
  metadata: z.record(z.string(), z.unknown()),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
})
export type Document = z.infer<typeof documentSchema>

/**
 * One document with its converted text; every span of a chunk or citation counts in it. While the
 * newest version is read, and if that fails, the text is that of the version before.
 */
export const documentDetailSchema = documentSchema.extend({
  content: z.string(),
  /** Which version the text is of; null before there is one. */
  content_version: z.number().int().nullable(),
  /** Where in the text each page begins; null where there are none. */
  page_starts: z.array(z.number().int()).nullable(),
})
export type DocumentDetail = z.infer<typeof documentDetailSchema>

/** The same without the text. */
export type DocumentHead = Omit<DocumentDetail, "content">

/** Each file that was uploaded under a document's name. */
export const documentVersionSchema = documentSchema
  .pick({ version: true, type: true, status: true, error: true, file_size: true, created_at: true })
  .extend({ is_searched: z.boolean() })
export type DocumentVersion = z.infer<typeof documentVersionSchema>
