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

const BINS = 200
/** A page with more is no prose. */
const PIECES_MAX = 5000
/** The fewest lines of a column. Fewer could as well be a table. */
const LINES_MIN = 5
/** Lines of prose fill this share of their column; cells of a table don't. */
const FILLED_MIN = 0.6
/** The largest share of pieces across both columns, such as titles and captions. */
const ACROSS_MAX = 0.2

/** Puts text in reading order. If lines alternate between two columns, the left one comes first. */
export function inColumns(pieces: Line[]): Line[] {
  const gutter = gutterOf(pieces)
  if (gutter === undefined) return pieces
  const ordered: Line[] = []
  let columns: Line[][] = [[], []]
  const flush = () => {
    ordered.push(...columns.flat())
    columns = [[], []]
  }
  const widths = columnsAt(gutter, pieces).map(widthOf)
  for (const band of bandsOf(pieces)) {
    const parts = columnsAt(gutter, band)
    const isInOne = parts.flat().length === band.length
    if (isInOne && parts.every((part, i) => part.length === 0 || fills(part, widths[i] ?? 0))) {
      for (const [i, part] of parts.entries()) columns[i]?.push(...part)
    } else {
      flush()
      ordered.push(...band)
    }
  }
  flush()
  return ordered
}

function bandsOf(pieces: Line[]): Line[][] {
  const bands: Line[][] = []
  let last: Line | undefined
  for (const piece of pieces) {
    const isNear = last && Math.abs(last.y - piece.y) <= 2 * Math.min(last.height, piece.height)
    if (isNear) bands.at(-1)?.push(piece)
    else bands.push([piece])
    last = piece
  }
  return bands
}

/** Returns the pieces left and right of a gutter, without those across it. */
function columnsAt(gutter: number, pieces: Line[]): [Line[], Line[]] {
  return [pieces.filter(({ right }) => right <= gutter), pieces.filter(({ x }) => x >= gutter)]
}

/** Returns the gutter between two columns of prose whose lines alternate, if there is one. */
function gutterOf(pieces: Line[]): number | undefined {
  if (pieces.length < 2 * LINES_MIN || pieces.length > PIECES_MAX) return undefined
  const from = Math.min(...pieces.map(({ x }) => x))
  const at = emptiest(pieces, from, from + widthOf(pieces))
  const columns = columnsAt(at, pieces)
  if (columns.some(({ length }) => length < LINES_MIN)) return undefined
  if (columns.flat().length < pieces.length * (1 - ACROSS_MAX)) return undefined
  if (!columns.every((column) => fills(column, widthOf(column)))) return undefined
  return takeTurns(pieces, at) ? at : undefined
}

/** Returns the place in the middle third that the fewest pieces cross. */
function emptiest(pieces: Line[], from: number, to: number): number {
  const changes = new Array<number>(BINS + 1).fill(0)
  const bin = (x: number) => Math.round(((x - from) / (to - from || 1)) * BINS)
  for (const { x, right } of pieces) {
    changes[bin(x)] = (changes[bin(x)] ?? 0) + 1
    changes[bin(right)] = (changes[bin(right)] ?? 0) - 1
  }
  let covered = 0
  let best = { bin: 0, covered: Number.POSITIVE_INFINITY }
  for (const [at, change] of changes.entries()) {
    covered += change
    const isMiddle = at > BINS / 3 && at < (BINS * 2) / 3
    if (isMiddle && covered < best.covered) best = { bin: at, covered }
  }
  return from + ((best.bin + 0.5) / BINS) * (to - from)
}

function fills(pieces: Line[], width: number): boolean {
  const widths = pieces.map(({ x, right }) => right - x).sort((a, b) => a - b)
  return (widths[widths.length >> 1] ?? 0) > width * FILLED_MIN
}

function widthOf(pieces: Line[]): number {
  return Math.max(...pieces.map(({ right }) => right)) - Math.min(...pieces.map(({ x }) => x))
}

function takeTurns(pieces: Line[], gutter: number): boolean {
  const sides = pieces.map(({ x }) => x >= gutter)
  const turns = sides.filter((side, i) => i > 0 && side !== sides[i - 1]).length
  return turns > pieces.length / 4
}
