/** A term's part of a score. `times` is its weight in the query, `frequency` in the chunk. */
export type TermScore = {
  term: string
  times: number
  idf: number
  frequency: number
  score: number
}

/** A chunk that was found. `score` orders the hits of one query; `terms` explains it. */
export type Hit = { chunkId: number; score: number; terms?: TermScore[] }

/** Keeps the `size` best hits: by higher score, then by lower chunk id. */
export class TopK {
  /** A heap whose root is the worst hit kept. */
  private readonly heap: Hit[] = []

  constructor(private readonly size: number) {}

  offer(chunkId: number, score: number): void {
    const heap = this.heap
    if (heap.length < this.size) {
      heap.push({ chunkId, score })
      this.rise(heap.length - 1)
      return
    }
    const worst = heap[0]
    if (!worst || !isBetter(chunkId, score, worst)) return
    heap[0] = { chunkId, score }
    this.sink()
  }

  best(): Hit[] {
    return [...this.heap].sort((a, b) => b.score - a.score || a.chunkId - b.chunkId)
  }

  private rise(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >>> 1
      if (!this.swapIfWorse(at, parent)) return
      at = parent
    }
  }

  private sink(): void {
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const right = left + 1
      const worse = this.isWorse(right, left) ? right : left
      if (!this.swapIfWorse(worse, at)) return
      at = worse
    }
  }

  private swapIfWorse(child: number, parent: number): boolean {
    const below = this.heap[child]
    const above = this.heap[parent]
    if (!below || !above || !isBetter(above.chunkId, above.score, below)) return false
    this.heap[parent] = below
    this.heap[child] = above
    return true
  }

  private isWorse(one: number, other: number): boolean {
    const a = this.heap[one]
    const b = this.heap[other]
    return a !== undefined && b !== undefined && isBetter(b.chunkId, b.score, a)
  }
}

function isBetter(chunkId: number, score: number, than: Hit): boolean {
  return score > than.score || (score === than.score && chunkId < than.chunkId)
}
