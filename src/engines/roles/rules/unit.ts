import type { SectionKind } from "./section-kind"

/** A statement: a sentence, a list item's sentence, a table row, a heading or a line of code. */
export type Piece = {
  kind: "sentence" | "item" | "row" | "code" | "heading"
  source: number
  document_id: string
  /** The exact words, for citations. */
  quote: string
  /** The same as plain text, without Markdown. */
  text: string
  /** The whole block around it, with Markdown; for a line of code, all its lines. */
  block: string
  /** For an item, the sentence that announces its list. */
  intro: string
  /** True for the first sentence of its paragraph or item. */
  leads: boolean
  /** The headings above it, outermost first. */
  headings: string[]
  /** A key of its section: document and headings. */
  section: string
  cells: string[]
  header: string[]
  /** The contents of its code spans. */
  code: string[]
  terms: ReadonlySet<string>
  /** Offsets in the document's text. */
  start: number
  end: number
}

/** A title that names a subject, and the one above it. */
export type Topic = { name: string; key: string; above: Topic | undefined }

/** A statement, what it is for and what it is about. */
export type Unit = Piece & { purpose: SectionKind; topic: Topic | undefined }
