/** A line, `[start, end)` without its end-of-line. `next` is where the next line starts. */
export type Line = { start: number; end: number; next: number }

/** Yields the lines of a text. `\n` and `\r\n` end a line; a lone `\r` doesn't. */
export function* linesOf(text: string, from = 0, to = text.length): Generator<Line> {
  for (let start = from; start < to; ) {
    const found = text.indexOf("\n", start)
    const next = found < 0 || found >= to ? to : found + 1
    let end = found < 0 || found >= to ? to : found
    if (end > start && text[end - 1] === "\r") end--
    yield { start, end, next }
    start = next
  }
}
