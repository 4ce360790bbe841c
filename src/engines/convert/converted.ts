/** A file as text. Spans of chunks and citations are offsets in `text`. */
export type Converted = {
  text: string
  title?: string
  /** UTF-16 offsets in `text` where each page begins; PDF only. */
  pageStarts?: number[]
}

/** A file can't be converted. The message is a sentence for its owner. */
export class Unreadable extends Error {
  override readonly name = "Unreadable"
}
