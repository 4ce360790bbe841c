import { ByteReader, ByteWriter } from "./bytes"

/** A block is full at this size. Rows below 2 kB stay out of PostgreSQL's slower TOAST table. */
const FULL_BYTES = 1600

export type Block = { block: number; packed: Uint8Array }

/** Writes terms and their packed postings into blocks. Terms must be added in ascending order. */
export class BlockWriter {
  private readonly bytes = new ByteWriter(2 * FULL_BYTES)
  readonly fences: string[] = []

  constructor(private readonly emit: (block: Block) => void) {}

  add(term: string, postings: Uint8Array): void {
    // Closes the open block before large postings, so that small terms stay in a small row.
    if (this.bytes.length > 0 && this.bytes.length + postings.length > FULL_BYTES) this.end()
    if (this.bytes.length === 0) this.fences.push(term)
    this.bytes.text(term)
    this.bytes.varint(postings.length)
    this.bytes.append(postings)
  }

  end(): void {
    if (this.bytes.length === 0) return
    this.emit({ block: this.fences.length - 1, packed: this.bytes.take() })
  }
}

/** Yields the terms of a block, in order, with their packed postings. */
export function* readBlock(packed: Uint8Array): Generator<[term: string, postings: Uint8Array]> {
  const reader = new ByteReader(packed)
  while (!reader.done) {
    const term = reader.text()
    yield [term, reader.bytes(reader.varint())]
  }
}

/** Returns the only block that can hold `term`: the last that begins at or before it. */
export function blockOf(fences: string[], term: string): number | undefined {
  let low = 0
  let high = fences.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((fences[middle] ?? "") <= term) low = middle + 1
    else high = middle
  }
  return low === 0 ? undefined : low - 1
}
