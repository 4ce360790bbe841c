import { AppError } from "../errors"

/** One field of a form. `filename` is undefined for what is no file. */
export type Part = {
  name: string
  filename: string | undefined
  content: AsyncGenerator<Uint8Array>
}

const HEAD_BYTES_MAX = 16_000

/**
 * The parts of a multipart/form-data body (RFC 7578) as they arrive, so that none has to fit into
 * memory. The content of each must be read to its end before the next part is asked for. Throws
 * ValidationError for a body that is malformed or cut off.
 */
export async function* readParts(
  contentType: string,
  body: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Part> {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) throw malformed("its content type names no boundary")
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const scanner = new Scanner(body)
  for await (const _ of scanner.until(delimiter)) {
    // What stands before the first part is no content.
  }
  for (;;) {
    const next = await scanner.take(2)
    if (next === "--") break
    if (next !== "\r\n") throw malformed("no line ends after a delimiter")
    const head = await headOf(scanner)
    const name = parameter(head, "name")
    if (name === undefined) throw malformed("a part of it has no name")
    yield { name, filename: parameter(head, "filename"), content: scanner.until(delimiter) }
  }
  for await (const _ of body) {
    // Nor what stands behind the last one.
  }
}

async function headOf(scanner: Scanner): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of scanner.until(Buffer.from("\r\n\r\n"))) {
    size += piece.length
    if (size > HEAD_BYTES_MAX) throw malformed("a part of it begins with too many headers")
    pieces.push(new Uint8Array(piece))
  }
  return Buffer.concat(pieces).toString()
}

/** As browsers write it: a quotation mark within is `%22`, and with some other clients `\"`. */
function parameter(head: string, name: string): string | undefined {
  const [disposition] = /^content-disposition:\s*form-data\b.*$/im.exec(head) ?? []
  const pattern = new RegExp(`;\\s*${name}=(?:"((?:\\\\"|[^"])*)"|([^\\s;]+))`, "i")
  const [, quoted, plain] = pattern.exec(disposition ?? "") ?? []
  return (quoted ?? plain)
    ?.replace(/\\"|%22/g, '"')
    .replace(/%0D/gi, "\r")
    .replace(/%0A/gi, "\n")
}

/** Reads bytes up to a mark. Keeps one chunk in memory, and seldom copies it. */
class Scanner {
  readonly #body: AsyncGenerator<Uint8Array>
  /** Begins as if a line had ended, since a delimiter does, and the first one may have none. */
  #ahead: Buffer = Buffer.from("\r\n")

  constructor(body: AsyncGenerator<Uint8Array>) {
    this.#body = body
  }

  /** What comes before `mark`, in pieces. The mark is left behind. */
  async *until(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#ahead.indexOf(mark)
      const end = at < 0 ? this.#ahead.length - begunAtEnd(this.#ahead, mark) : at
      const piece = this.#ahead.subarray(0, end)
      this.#ahead = this.#ahead.subarray(at < 0 ? end : at + mark.length)
      if (piece.length > 0) yield piece
      if (at >= 0) return
      await this.#readMore()
    }
  }

  /** The next bytes, as text. */
  async take(count: number): Promise<string> {
    while (this.#ahead.length < count) await this.#readMore()
    const taken = this.#ahead.subarray(0, count).toString("latin1")
    this.#ahead = this.#ahead.subarray(count)
    return taken
  }

  async #readMore(): Promise<void> {
    const tail = new Uint8Array(this.#ahead)
    const { done, value } = await this.#body.next()
    if (done) throw malformed("it ends too early")
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    this.#ahead = tail.length > 0 ? Buffer.concat([tail, chunk]) : chunk
  }
}

/** How many bytes at the end may be the beginning of a mark that is still to come. */
function begunAtEnd(bytes: Buffer, mark: Buffer): number {
  let count = Math.min(bytes.length, mark.length - 1)
  while (!bytes.subarray(bytes.length - count).equals(mark.subarray(0, count))) count--
  return count
}

function malformed(why: string): AppError {
  const message = `The body is not valid multipart/form-data: ${why}.`
  return new AppError("ValidationError", message, { issues: [{ path: "", message }] })
}
