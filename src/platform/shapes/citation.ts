import { z } from "zod"

/** A citation bound to its passage: `quote === text.slice(start, end)` of that document version. */
export const citationSchema = z.object({
  number: z.number().int(),
  document_id: z.uuid(),
  document_name: z.string(),
  document_version: z.number().int(),
  chunk_index: z.number().int(),
  start: z.number().int(),
  end: z.number().int(),
  page: z.number().int().nullable(),
  heading_path: z.array(z.string()),
  quote: z.string(),
})
export type Citation = z.infer<typeof citationSchema>

/** Returns the link to a citation's document, opened at the passage. */
export function citationHref(citation: Citation): string {
  const { document_id, document_version, start, end } = citation
  return `/documents/${document_id}?start=${start}&end=${end}&version=${document_version}#passage`
}
