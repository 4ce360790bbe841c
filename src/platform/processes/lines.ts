/** Maximum length of a line. A line can contain a whole file that a tool has read. */
const LINE_BYTES_MAX = 16 * 1024 ** 2

const NEWLINE = 10

/** Yields the lines of a stream as they complete; null for a line over `bytesMax`. */
export async function* linesOf(
  stream: AsyncIterable<Buffer>,
  bytesMax = LINE_BYTES_MAX,
): AsyncGenerator<string | null> {
  let parts: Buffer[] = []
  let bytes = 0
  const keep = (part: Buffer) => {
    bytes += part.length
    if (bytes > bytesMax) parts = []
    else parts.push(part)
  }
  const take = () => {
    const line = bytes > bytesMax ? null : Buffer.concat(parts).toString("utf8")
    parts = []
    bytes = 0
    return line
  }
  for await (const chunk of stream) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end))
      yield take()
      start = end + 1
    }
    keep(chunk.subarray(start))
  }
  if (bytes > 0) yield take()
}

export async function tailOf(stream: AsyncIterable<Buffer>, bytesMax = 4096): Promise<string> {
  let tail = Buffer.alloc(0)
  for await (const chunk of stream) tail = Buffer.concat([tail, chunk]).subarray(-bytesMax)
  return tail.toString("utf8").trim()
}
