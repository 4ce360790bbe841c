import type { Diff, DiffFile, Hunk } from "./schema"

const PAGE_LINES = 5_000

/** Cuts a diff into pages of 5,000 lines. A long hunk goes on, with its own numbers, on the next. */
export function pageOf(files: DiffFile[], page: number): Diff {
  const [start, end] = [(page - 1) * PAGE_LINES, page * PAGE_LINES]
  let at = 0
  const shown: DiffFile[] = []
  for (const file of files) {
    const first = at
    const hunks: Hunk[] = []
    for (const hunk of file.hunks) {
      const part = partOf(hunk, start - at, end - at)
      if (part) hunks.push(part)
      at += hunk.lines.length
    }
    const isHere = at === first ? first >= start && first < end : hunks.length > 0
    if (isHere) shown.push({ ...file, hunks })
  }
  // Files without lines may follow a full page.
  return { files: shown, lines: at, page, pages: Math.floor(at / PAGE_LINES) + 1 }
}

function partOf(hunk: Hunk, start: number, end: number): Hunk | undefined {
  if (end <= 0 || start >= hunk.lines.length) return undefined
  if (start <= 0 && end >= hunk.lines.length) return hunk
  const before = hunk.lines.slice(0, Math.max(0, start))
  const lines = hunk.lines.slice(Math.max(0, start), end)
  return {
    ...hunk,
    old_start: hunk.old_start + count(before, "+"),
    new_start: hunk.new_start + count(before, "-"),
    old_lines: count(lines, "+"),
    new_lines: count(lines, "-"),
    lines,
  }
}

/** The number of lines on the side that has no lines with this sign. */
function count(lines: string[], other: "+" | "-"): number {
  return lines.filter((line) => !line.startsWith(other) && !line.startsWith("\\")).length
}
