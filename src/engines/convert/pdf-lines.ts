import type { TextContent, TextItem } from "pdfjs-dist/types/src/display/api"
import { inColumns, type Line } from "./pdf-columns"

/** Texts on one line this many heights apart are in different columns or cells. */
const CELL_GAP = 1.5

/** Returns the lines of a page in reading order. A row of a table is one line. */
export function linesOf({ items }: TextContent, [, bottom = 0, , top = 1]: number[]): Line[] {
  const pieces: Line[] = []
  let last: Line | undefined
  for (const item of items) {
    if (!("str" in item)) continue
    if (item.str.trim() !== "") {
      const piece = pieceOf(item, bottom, top)
      if (last && continues(last, piece)) {
        const isApart = piece.x - last.right > piece.height * 0.15
        last.text += isApart && !/\s$/.test(last.text) ? ` ${piece.text}` : piece.text
        last.right = Math.max(last.right, piece.right)
      } else {
        pieces.push(piece)
        last = piece
      }
    } else if (last && item.str !== "" && !item.hasEOL) last.text += " "
    if (item.hasEOL) last = undefined
  }
  return rowsOf(inColumns(pieces))
}

function pieceOf({ str, transform, width, height }: TextItem, bottom: number, top: number): Line {
  const [a = 0, b = 0, , , x = 0, y = 0] = transform as number[]
  const size = Math.hypot(a, b) || height || 1
  return { text: str, x, right: x + width, y, height: size, share: (y - bottom) / (top - bottom) }
}

function continues(last: Line, next: Line): boolean {
  const gap = next.x - last.right
  return isBeside(last, next) && gap > -next.height && gap < next.height * CELL_GAP
}

function isBeside(one: Line, other: Line): boolean {
  return Math.abs(one.y - other.y) < Math.min(one.height, other.height) * 0.5
}

/** Joins neighbours on the same line with a tab. */
function rowsOf(pieces: Line[]): Line[] {
  const rows: Line[] = []
  for (const piece of pieces) {
    const text = piece.text.trim()
    const row = rows.at(-1)
    if (row && isBeside(row, piece) && piece.x >= row.right) {
      row.text += `\t${text}`
      row.right = piece.right
    } else rows.push({ ...piece, text })
  }
  return rows
}
