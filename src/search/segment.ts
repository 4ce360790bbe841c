import { type Block, BlockWriter } from "./blocks"
import { packLengths, packPostings, packTerms } from "./packing"
import type { Term } from "./terms"

/** A segment as it is stored. */
export type PackedSegment = {
  chunkCount: number
  lengths: Uint8Array
  fences: Uint8Array
  blocks: Block[]
}

/** Gathers the terms of chunks, which must come in ascending order of their ids, and packs them. */
export class SegmentBuilder {
  readonly #ids: number[] = []
  readonly #lengths: number[] = []
  /** Term → ordinal, frequency, ordinal, frequency, … */
  readonly #postings = new Map<string, number[]>()

  get chunkCount(): number {
    return this.#ids.length
  }

  /** Stop words are found but don't count in the length, as if the text had none. */
  add(id: number, terms: Iterable<Term>): void {
    const ordinal = this.#ids.length
    let length = 0
    for (const { term, stop } of terms) {
      if (!stop) length++
      this.#count(term, ordinal)
    }
    this.#ids.push(id)
    this.#lengths.push(length)
  }

  pack(): PackedSegment {
    const blocks: Block[] = []
    const writer = new BlockWriter((block) => blocks.push(block))
    for (const term of [...this.#postings.keys()].sort()) {
      writer.add(term, packPostings(separate(this.#postings.get(term) ?? [])))
    }
    writer.end()
    const lengths = { ids: Float64Array.from(this.#ids), lengths: Uint32Array.from(this.#lengths) }
    return {
      chunkCount: this.#ids.length,
      lengths: packLengths(lengths),
      fences: packTerms(writer.fences),
      blocks,
    }
  }

  #count(term: string, ordinal: number): void {
    const postings = this.#postings.get(term)
    if (!postings) this.#postings.set(term, [ordinal, 1])
    else if (postings[postings.length - 2] !== ordinal) postings.push(ordinal, 1)
    else postings[postings.length - 1] = (postings[postings.length - 1] ?? 0) + 1
  }
}

function separate(pairs: number[]) {
  const count = pairs.length / 2
  const ordinals = new Uint32Array(count)
  const frequencies = new Uint32Array(count)
  for (let i = 0; i < count; i++) {
    ordinals[i] = pairs[2 * i] ?? 0
    frequencies[i] = pairs[2 * i + 1] ?? 0
  }
  return { ordinals, frequencies }
}
