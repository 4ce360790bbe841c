import { type Block, BlockWriter } from "./blocks"
import { packPostings, packTerms } from "./packing"
import type { Term } from "./terms"

/** How often a word of the title counts (a simple BM25F; see score.ts). */
const TITLE_WEIGHT = 2

/** A segment as it is stored. */
export type PackedSegment = {
  chunkCount: number
  lengths: Uint8Array
  fences: Uint8Array
  blocks: Block[]
}

/** A segment whose chunks have no ids yet. `lengths` counts the terms of each. */
export type UnnumberedSegment = Pick<PackedSegment, "fences" | "blocks"> & { lengths: Uint32Array }

/** Collects and packs the terms of chunks, which later get ascending ids in this order. */
export class SegmentBuilder {
  readonly #lengths: number[] = []
  /** Term → ordinal, frequency, ordinal, frequency, … */
  readonly #postings = new Map<string, number[]>()

  get chunkCount(): number {
    return this.#lengths.length
  }

  /** Stop words and the title, which would lower all scores, don't add to the length. */
  add(terms: Iterable<Term>, title: ReadonlySet<string> = new Set()): void {
    const ordinal = this.#lengths.length
    let length = 0
    for (const term of title) this.#count(term, ordinal, TITLE_WEIGHT)
    for (const { term, stop } of terms) {
      if (!stop) length++
      this.#count(term, ordinal, 1)
    }
    this.#lengths.push(length)
  }

  pack(): UnnumberedSegment {
    const blocks: Block[] = []
    const writer = new BlockWriter((block) => blocks.push(block))
    for (const term of [...this.#postings.keys()].sort()) {
      writer.add(term, packPostings(separate(this.#postings.get(term) ?? [])))
    }
    writer.end()
    const lengths = Uint32Array.from(this.#lengths)
    return { lengths, fences: packTerms(writer.fences), blocks }
  }

  #count(term: string, ordinal: number, times: number): void {
    const postings = this.#postings.get(term)
    if (!postings) this.#postings.set(term, [ordinal, times])
    else if (postings[postings.length - 2] !== ordinal) postings.push(ordinal, times)
    else postings[postings.length - 1] = (postings[postings.length - 1] ?? 0) + times
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
