/** What a file becomes: its text, in which every span counts, and what it says of itself. */
export type Converted = {
  text: string
  /** Of the document itself, if it names one. */
  title?: string
  /** UTF-16 offsets in `text` where each page begins; PDF only. */
  pageStarts?: number[]
}
