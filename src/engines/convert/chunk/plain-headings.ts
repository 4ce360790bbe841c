/** Chapters of plain texts and PDFs: "2.1 Goals", "Chapter 3: Storage", "Appendix A". */
const numbered =
  /^(?:§ ?)?(?:(\d{1,2}(?:\.\d{1,2}){0,5})\.?|(?:Chapter|Section|Part|Appendix|Kapitel|Abschnitt|Teil|Anhang|Chapitre|Partie|Annexe) (?:\d+|[A-Z]|[IVX]+)\b[.:]?)\s+(?=[\p{Lu}\d("“„«])/u
const LENGTH_MAX = 100
/** Tables of contents lead to a page number. */
const leads = /\.{3}|(?:\. ){3}|\t\s*\d+$/
const endsLikeText = /[.,;:!?]$/

export type PlainHeading = { level: number; title: string }

/** Returns the heading that a paragraph is, if it is short and has a chapter's number. */
export function plainHeading(paragraph: string): PlainHeading | undefined {
  const title = paragraph.replace(/\s+/g, " ").trim()
  const [found, number] = numbered.exec(title) ?? []
  if (!found || title.length > LENGTH_MAX || leads.test(paragraph)) return undefined
  const isList = /\n\s*\d{1,2}[.)]\s/.test(paragraph)
  if (isList || endsLikeText.test(title)) return undefined
  return { level: number ? number.split(".").length : 1, title }
}
