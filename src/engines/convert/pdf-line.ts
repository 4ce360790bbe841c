/** A line of a page, or a part of one. Positions are in points from the lower left corner. */
export type Line = {
  text: string
  x: number
  right: number
  y: number
  /** The height of its letters. */
  height: number
  /** Its position from the bottom, 0, to the top of the page, 1. */
  share: number
}
