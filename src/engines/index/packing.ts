import { ByteReader, ByteWriter } from "./bytes"

/** The chunks of a segment that have a term, by ordinal, and how often each has it. */
export type Postings = { ordinals: Uint32Array; frequencies: Uint32Array }

/** The chunks of a segment by ordinal: their ids, ascending, and their lengths in terms. */
export type Lengths = { ids: Float64Array; lengths: Uint32Array }

export const noPostings: Postings = {
  ordinals: new Uint32Array(0),
  frequencies: new Uint32Array(0),
}

/**
 * Packs postings as a count and one varint each: twice the distance from the ordinal before, plus
 * one if the frequency is 1. Any other frequency follows as a varint. Most frequencies are 1, as
 * Lucene's older postings format also exploits.
 */
export function packPostings({
  ordinals,
  frequencies,
}: Record<keyof Postings, ArrayLike<number>>): Uint8Array {
  const writer = new ByteWriter(ordinals.length * 2 + 8)
  writer.varint(ordinals.length)
  let before = -1
  for (let i = 0; i < ordinals.length; i++) {
    const ordinal = ordinals[i] ?? 0
    const frequency = frequencies[i] ?? 0
    writer.varint((ordinal - before - 1) * 2 + (frequency === 1 ? 1 : 0))
    if (frequency !== 1) writer.varint(frequency)
    before = ordinal
  }
  return writer.take()
}

export function unpackPostings(packed: Uint8Array): Postings {
  const reader = new ByteReader(packed)
  const count = reader.varint()
  const ordinals = new Uint32Array(count)
  const frequencies = new Uint32Array(count)
  let before = -1
  for (let i = 0; i < count; i++) {
    const code = reader.varint()
    const once = code % 2
    before += (code - once) / 2 + 1
    ordinals[i] = before
    frequencies[i] = once ? 1 : reader.varint()
  }
  return { ordinals, frequencies }
}

export function packLengths({ ids, lengths }: Lengths): Uint8Array {
  const writer = new ByteWriter(ids.length * 3 + 16)
  writer.varint(ids.length)
  let before = 0
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0
    writer.varint(id - before)
    writer.varint(lengths[i] ?? 0)
    before = id
  }
  return writer.take()
}

export function unpackLengths(packed: Uint8Array): Lengths {
  const reader = new ByteReader(packed)
  const count = reader.varint()
  const ids = new Float64Array(count)
  const lengths = new Uint32Array(count)
  let before = 0
  for (let i = 0; i < count; i++) {
    before += reader.varint()
    ids[i] = before
    lengths[i] = reader.varint()
  }
  return { ids, lengths }
}

/** Packs ascending ids as varints of their distances. */
export function packIds(ids: ArrayLike<number>): Uint8Array {
  const writer = new ByteWriter(ids.length * 2 + 16)
  let before = 0
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i] ?? 0
    writer.varint(id - before)
    before = id
  }
  return writer.take()
}

export function unpackIds(packed: Uint8Array): number[] {
  const reader = new ByteReader(packed)
  const ids: number[] = []
  let before = 0
  while (!reader.done) {
    before += reader.varint()
    ids.push(before)
  }
  return ids
}

export function packTerms(terms: string[]): Uint8Array {
  const writer = new ByteWriter(terms.length * 10 + 16)
  for (const term of terms) writer.text(term)
  return writer.take()
}

export function unpackTerms(packed: Uint8Array): string[] {
  const reader = new ByteReader(packed)
  const terms: string[] = []
  while (!reader.done) terms.push(reader.text())
  return terms
}
