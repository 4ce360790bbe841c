import { z } from "zod"

export const documentTypes = ["markdown", "pdf", "html", "docx", "text", "code"] as const
export const documentType = z.enum(documentTypes)
export type DocumentType = z.infer<typeof documentType>

export const documentStatus = z.enum(["processing", "indexed", "failed"])
export type DocumentStatus = z.infer<typeof documentStatus>

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

/** One document with its converted text; every span of a chunk or citation counts in it. */
export const documentDetailSchema = documentSchema.extend({ content: z.string() })
export type DocumentDetail = z.infer<typeof documentDetailSchema>
