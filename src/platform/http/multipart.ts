import { AppError } from "../errors"

/** One field of a form. `filename` is undefined for fields that are not files. */
export type Part = {
  name: string
  filename: string | undefined
  content: AsyncGenerator<Uint8Array>
}

const HEAD_BYTES_MAX = 16_000

/**
 * Yields the parts of a multipart/form-data body (RFC 7578) as they arrive. Read each part's
 * content to its end before asking for the next part. Throws ValidationError.
 */
export async function* readParts(
  contentType: string,
  body: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Part> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw malformed("its content type has no boundary")
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const scanner = new Scanner(body)
  for await (const _ of scanner.until(delimiter)) {
    // Skip the preamble.
  }
  for (;;) {
    const next = await scanner.take(2)
    if (next === "--") break
    if (next !== "\r\n") throw malformed("a delimiter has no line break after it")
    const head = await headOf(scanner)
    const name = parameter(head, "name")
    if (name === undefined) throw malformed("a part has no name")
    yield { name, filename: parameter(head, "filename"), content: scanner.until(delimiter) }
  }
  for await (const _ of body) {
    // Skip the epilogue.
  }
}

async function headOf(scanner: Scanner): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of scanner.until(Buffer.from("\r\n\r\n"))) {
    size += piece.length
    if (size > HEAD_BYTES_MAX) throw malformed("a part's headers are too long")
    pieces.push(new Uint8Array(piece))
  }
  return Buffer.concat(pieces).toString()
}

/** Browsers write a quotation mark as `%22`, some other clients as `\"`. */
function parameter(head: string, name: string): string | undefined {
  const [disposition] = /^content-disposition:\s*form-data\b.*$/im.exec(head) ?? []
  const pattern = new RegExp(`;\\s*${name}=(?:"((?:\\\\"|[^"])*)"|([^\\s;]+))`, "i")
  const [, quoted, plain] = pattern.exec(disposition ?? "") ?? []
  return (quoted ?? plain)
    ?.replace(/\\"|%22/g, '"')
    .replace(/%0D/gi, "\r")
    .replace(/%0A/gi, "\n")
}

/** Reads bytes up to a delimiter. Keeps one chunk in memory and rarely copies it. */
class Scanner {
  /** Starts with a line break, because the first delimiter may have none before it. */
  private ahead: Buffer = Buffer.from("\r\n")

  constructor(private readonly body: AsyncGenerator<Uint8Array>) {}

  /** Yields what comes before `mark`, in pieces, and skips the mark. */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.ahead.indexOf(mark)
      const end = at < 0 ? this.ahead.length - partialMarkAtEnd(this.ahead, mark) : at
      const piece = this.ahead.subarray(0, end)
      this.ahead = this.ahead.subarray(at < 0 ? end : at + mark.length)
      if (piece.length > 0) yield piece
      if (at >= 0) return
      await this.readMore()
    }
  }

  async take(count: number): Promise<string> {
    while (this.ahead.length < count) await this.readMore()
    const taken = this.ahead.subarray(0, count).toString("latin1")
    this.ahead = this.ahead.subarray(count)
    return taken
  }

  private async readMore(): Promise<void> {
    const tail = new Uint8Array(this.ahead)
    const { done, value } = await this.body.next()
    if (done) throw malformed("it ends too early")
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    this.ahead = tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk
  }
}

/** Counts the bytes at the end that may be the start of an incomplete mark. */
function partialMarkAtEnd(bytes: Buffer, mark: Buffer): number {
  let count = Math.min(bytes.length, mark.length - 1)
  while (!bytes.subarray(bytes.length - count).equals(mark.subarray(0, count))) count--
  return count
}

function malformed(why: string): AppError {
  const message = `The body is not valid multipart/form-data: ${why}.`
  return new AppError("ValidationError", message, { issues: [{ path: "", message }] })
}
