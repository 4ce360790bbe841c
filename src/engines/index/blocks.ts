import { ByteReader, ByteWriter } from "./bytes"

/**
 * Bytes from which on a block is full. A row of less than 2 kB stays out of PostgreSQL's TOAST
 * table, which would cost further lookups; only the postings of frequent terms are larger.
 */
const FULL_BYTES = 1600

export type Block = { block: number; packed: Uint8Array }

/** Cuts terms, which must come in ascending order, with their packed postings into blocks. */
export class BlockWriter {
  readonly #bytes = new ByteWriter(2 * FULL_BYTES)
  readonly #emit: (block: Block) => void
  readonly fences: string[] = []

  constructor(emit: (block: Block) => void) {
    this.#emit = emit
  }

  add(term: string, postings: Uint8Array): void {
    // A block that has begun is closed before a large one, to leave small terms in a small row.
    if (this.#bytes.length > 0 && this.#bytes.length + postings.length > FULL_BYTES) this.end()
    if (this.#bytes.length === 0) this.fences.push(term)
    this.#bytes.text(term)
    this.#bytes.varint(postings.length)
    this.#bytes.append(postings)
  }

  /** Closes the last block. */
  end(): void {
    if (this.#bytes.length === 0) return
    this.#emit({ block: this.fences.length - 1, packed: this.#bytes.take() })
  }
}

/** The terms of a block in their order, each with its packed postings. */
export function* readBlock(packed: Uint8Array): Generator<[term: string, postings: Uint8Array]> {
  const reader = new ByteReader(packed)
  while (!reader.done) {
    const term = reader.text()
    yield [term, reader.bytes(reader.varint())]
  }
}

/** The number of the block that holds `term` if any does: the last that begins at or before it. */
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
