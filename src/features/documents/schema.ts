import { z } from "zod"
import { documentStatus, documentType } from "../../platform/shapes/document"

export const scrapeSchema = z.strictObject({ url: z.string().trim().min(1).max(4000) })

export const documentFilter = {
  status: documentStatus.optional(),
  type: documentType.optional(),
}
export type DocumentFilter = z.infer<z.ZodObject<typeof documentFilter>>

/** The totals above a list of documents. Sizes in bytes. */
export type DocumentSummary = { count: number; bytes: number; quota_bytes: number }

/** A document as a client sees it. Sizes in bytes, progress 0..1. */
const documentSchema = z.object({
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

/** A document with its converted text, in which spans of chunks and citations count. */
const documentDetailSchema = documentSchema.extend({
  content: z.string(),
  /** The version of `content`, which may be older than `version`; null before there is one. */
  content_version: z.number().int().nullable(),
  /** Where each page begins in the text; null without pages. */
  page_starts: z.array(z.number().int()).nullable(),
})
export type DocumentDetail = z.infer<typeof documentDetailSchema>

export type DocumentHead = Omit<DocumentDetail, "content">

/** One file that was uploaded under a document's name. */
const documentVersionSchema = documentSchema
  .pick({ version: true, type: true, status: true, error: true, file_size: true, created_at: true })
  .extend({ is_searched: z.boolean() })
export type DocumentVersion = z.infer<typeof documentVersionSchema>

/** Rendering takes some 100 ms, but a hostile text could take forever. */
export const RENDER_SECONDS = 2
/** For a person who chose to wait. */
export const PATIENT_SECONDS = 20

/** Why a text is shown plain instead of rendered or highlighted. */
export type Plain = { reason: "late" | "failed"; seconds: number }
