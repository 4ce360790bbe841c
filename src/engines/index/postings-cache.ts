import type { Postings } from "./packing"

/** A rough overhead of an entry: its key, its slot in the map and two array objects. */
const ENTRY_BYTES = 300

/** Unpacked postings by segment and term. Drops the least recently used first. */
export class PostingsCache {
  private readonly entries = new Map<string, Postings>()
  private bytes = 0

  constructor(private readonly bytesMax: number) {}

  get(segmentId: number, term: string): Postings | undefined {
    const key = keyOf(segmentId, term)
    const found = this.entries.get(key)
    if (!found) return undefined
    // A map keeps insertion order, so its first entry is the least recently used.
    this.entries.delete(key)
    this.entries.set(key, found)
    return found
  }

  set(segmentId: number, term: string, postings: Postings): void {
    const key = keyOf(segmentId, term)
    this.drop(key)
    this.entries.set(key, postings)
    this.bytes += sizeOf(postings)
    for (const oldest of this.entries.keys()) {
      if (this.bytes <= this.bytesMax) return
      this.drop(oldest)
    }
  }

  private drop(key: string): void {
    const found = this.entries.get(key)
    if (!found) return
    this.entries.delete(key)
    this.bytes -= sizeOf(found)
  }
}

function keyOf(segmentId: number, term: string): string {
  return `${segmentId} ${term}`
}

function sizeOf({ ordinals, frequencies }: Postings): number {
  return ordinals.byteLength + frequencies.byteLength + ENTRY_BYTES
}
