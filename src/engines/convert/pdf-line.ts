/** A line of a page, or a part of one. Places in points from the lower left corner. */
export type Line = {
  text: string
  x: number
  right: number
  y: number
  /** Of its letters. */
  height: number
  /** From the bottom, 0, to the top of the page, 1. */
  share: number
}
