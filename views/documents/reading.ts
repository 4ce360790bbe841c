import type { DocumentHead, Plain } from "../../src/features/documents/schema"
import type { TextWindow } from "../../src/platform/shapes/document"
import { withQuery } from "./href"

/** A span of the document's text, and the version it refers to, if known. */
export type Passage = { start: number; end: number; version?: number | undefined }

/** The exact text as indexed, or rendered Markdown. */
export type TextView = "source" | "rendered"

/** A part of a document's text and how it is shown. */
export type Reading = {
  document: DocumentHead
  window: TextWindow
  /** The part as safe HTML. */
  html: string
  view: TextView
  passage: Passage | null
  /** Why it is shown plain, if it should be rendered or highlighted. */
  plain?: Plain | undefined
}

/** True if the text is Markdown. Web pages and Word files are converted to Markdown. */
export function isMarkdown({ type }: Pick<DocumentHead, "type">): boolean {
  return type === "markdown" || type === "html" || type === "docx"
}

/** Returns the link to a document, or to `path` below it, that keeps the view and passage. */
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
