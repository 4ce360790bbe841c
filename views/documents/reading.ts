import type { DocumentHead } from "../../src/features/documents/schema"
import type { TextWindow } from "../../src/platform/shapes/document"
import { withQuery } from "./href"

/** A span of the document's text, and the version that it was counted in if that is known. */
export type Passage = { start: number; end: number; version?: number | undefined }

/** As it was indexed, letter for letter, or as Markdown reads. */
export type TextView = "source" | "rendered"

/** A part of a document's text and how it is shown. */
export type Reading = {
  document: DocumentHead
  window: TextWindow
  /** The part as HTML that is safe. */
  html: string
  view: TextView
  passage: Passage | null
  /** Whether it should be rendered but can't be. */
  isUnrendered?: boolean
}

/** Whether the text is Markdown, which what becomes of web pages and Word's files is, too. */
export function isMarkdown({ type }: Pick<DocumentHead, "type">): boolean {
  return type === "markdown" || type === "html" || type === "docx"
}

/** The page of a document, or its part `path`, with what is shown of it. */
export function readingHref(
  { document, view, passage }: Pick<Reading, "document" | "view" | "passage">,
  more: Record<string, number> = {},
  path = "",
): string {
  const { id, version, content_version } = document
  return withQuery(`/documents/${id}${path}`, {
    view: isMarkdown(document) ? view : undefined,
    version: content_version === version ? undefined : content_version,
    start: passage?.start,
    end: passage?.end,
    ...more,
  })
}
