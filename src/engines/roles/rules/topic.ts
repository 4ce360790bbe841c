import { titleName } from "./names"
import { isGeneric, sectionKind, withoutNumber } from "./section-kind"
import type { Piece, Topic } from "./unit"

/** Returns the title that stands above all statements of a document, if there is one. */
export function titleOfDocument(pieces: readonly Piece[]): string | undefined {
  const [first, ...others] = new Set(pieces.flatMap(({ headings }) => headings.slice(0, 1)))
  return others.length ? undefined : first
}

/**
 * Returns what a statement is about: the innermost title above it that names a subject. The
 * document's own title names none, and neither do titles such as "Functions" and "Requirements".
 */
export function topicOf(
  { document_id, headings }: Pick<Piece, "document_id" | "headings">,
  documentTitle: string | undefined,
): Topic | undefined {
  const from = headings[0] === documentTitle ? 1 : 0
  const at = headings.findLastIndex(
    (title, level) => level >= from && sectionKind([title]) === "plain" && !isGeneric(title),
  )
  if (at < from) return undefined
  const above = topicOf({ document_id, headings: headings.slice(0, at) }, documentTitle)
  const name = titleName(withoutNumber(headings[at] ?? ""))
  const key = [document_id, ...headings.slice(0, at + 1)].join("\n")
  return name ? { name, key, above } : above
}
