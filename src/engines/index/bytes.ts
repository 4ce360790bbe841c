const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Writes strings and variable-length integers (LEB128: seven bits a byte, low bits first). */
export class ByteWriter {
  private written: Uint8Array
  length = 0

  constructor(capacity = 256) {
    this.written = new Uint8Array(capacity)
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    this.reserve(8)
    let rest = value
    // Bit operations have 32 bits, which chunk ids can exceed.
    while (rest > 0x7fffffff) {
      this.written[this.length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest > 127) {
      this.written[this.length++] = (rest & 127) | 0x80
      rest >>>= 7
    }
    this.written[this.length++] = rest
  }

  text(value: string): void {
    const bytes = encoder.encode(value)
    this.varint(bytes.length)
    this.append(bytes)
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.written.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Returns a copy of what was written, and empties the writer for reuse. */
  take(): Uint8Array {
    const copy = this.written.slice(0, this.length)
    this.length = 0
    return copy
  }

  private reserve(more: number): void {
    if (this.length + more <= this.written.length) return
    const larger = new Uint8Array(Math.max(this.written.length * 2, this.length + more))
    larger.set(this.written)
    this.written = larger
  }
}

/** Reads what a ByteWriter wrote. Throws RangeError past the end. */
export class ByteReader {
  position = 0

  constructor(private readonly packed: Uint8Array) {}

  get done(): boolean {
    return this.position >= this.packed.length
  }

  varint(): number {
    let byte = this.byte()
    if (byte < 128) return byte
    let value = byte & 127
    let factor = 128
    do {
      byte = this.byte()
      value += (byte & 127) * factor
      factor *= 128
    } while (byte >= 128)
    return value
  }

  text(): string {
    return decoder.decode(this.bytes(this.varint()))
  }

  /** Returns the next `length` bytes without copying them. */
  bytes(length: number): Uint8Array {
    const end = this.position + length
    if (end > this.packed.length) throw new RangeError("Packed data ends too early.")
    const part = this.packed.subarray(this.position, end)
    this.position = end
    return part
  }

  private byte(): number {
    const byte = this.packed[this.position++]
    if (byte === undefined) throw new RangeError("Packed data ends too early.")
    return byte
  }
}
