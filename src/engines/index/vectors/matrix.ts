import type { Chosen } from "../snapshot-store"
import { type Hit, TopK } from "../top-k"
import { type Dot, instantiate } from "./kernel"
import { toWholeNumbers } from "./numbers"

/** The kernel reads this many numbers, of two bytes each, at a time. */
const LANES = 32
/** The kernel rounds the query, so this many extra candidates are scored exactly. */
const LOOKED_AT_MORE = 32
const PAGE_BYTES = 65_536
const BLOCK_ROWS = 8192
/** Memory grows by at least this much, without copying. */
const GROWTH_PAGES = 256

/** Every vector must have the length `dimension`. */
export type Rows = { ids: Float64Array<ArrayBuffer>; vectors: Float32Array<ArrayBuffer> }

export type MatrixQuery = {
  vector: Float32Array
  topK: number
  /** Which chunks to search; undefined for all. */
  chosen: Chosen | undefined
  /** Chunks whose similarity is returned too, found or not. */
  also: number[]
}
export type MatrixAnswer = { hits: Hit[]; similarities: Map<number, number> }

/**
 * Holds the vectors of chunks in memory and scans all of them. They are 16-bit integers, as stored,
 * because a scan takes as long as reading the memory. A vector of zeros matches nothing.
 */
export class Matrix {
  private readonly rowBytes: number
  private readonly rowsAt: number
  private readonly memory: WebAssembly.Memory
  private readonly dot: Dot
  private readonly rowOf = new Map<number, number>()
  private ids: number[] = []
  /** One over the length of each row's vector. */
  private inverse = new Float64Array(0)

  constructor(private readonly dimension: number) {
    this.rowBytes = Math.ceil(dimension / LANES) * LANES * 2
    this.rowsAt = this.rowBytes + BLOCK_ROWS * 4
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(this.rowsAt / PAGE_BYTES) })
    this.dot = instantiate(this.memory)
  }

  get size(): number {
    return this.ids.length
  }

  /** Adds rows, or replaces those of the same chunks. */
  put({ ids, vectors }: Rows): void {
    this.makeRoom(this.ids.length + ids.length)
    for (const [i, id] of ids.entries()) {
      const row = this.rowOf.get(id) ?? this.ids.push(id) - 1
      this.rowOf.set(id, row)
      const vector = vectors.slice(i * this.dimension, (i + 1) * this.dimension)
      this.inverse[row] = this.write(this.rowsAt + row * this.rowBytes, vector)
    }
  }

  /** Takes out what `stays` does not say yes to; the last row moves to the place of each. */
  retain(stays: (id: number) => boolean): void {
    for (const id of this.ids.filter((id) => !stays(id))) {
      const row = this.rowOf.get(id)
      const last = this.ids.pop()
      this.rowOf.delete(id)
      if (row === undefined || last === undefined || last === id) continue
      const from = this.rowsAt + this.ids.length * this.rowBytes
      const bytes = new Uint8Array(this.memory.buffer)
      bytes.copyWithin(this.rowsAt + row * this.rowBytes, from, from + this.rowBytes)
      this.ids[row] = last
      this.inverse[row] = this.inverse[this.ids.length] ?? 0
      this.rowOf.set(last, row)
    }
  }

  search({ vector, topK, chosen, also }: MatrixQuery): MatrixAnswer {
    this.write(0, vector.slice())
    const best = new TopK(topK + LOOKED_AT_MORE)
    const rowsOf = (ids: number[]) => ids.flatMap((id) => this.rowOf.get(id) ?? []).sort(ascending)
    const rows = chosen ? rowsOf(chosen.chunkIds) : []
    const wanted = chosen && !chosen.isExcluded ? rows : undefined
    const unwanted = new Set(chosen?.isExcluded ? rows : [])
    let next = 0
    for (let from = 0; from < this.ids.length; from += BLOCK_ROWS) {
      const to = Math.min(from + BLOCK_ROWS, this.ids.length)
      const scores = this.scan(from, to)
      const offer = (row: number) =>
        best.offer(this.ids[row] ?? 0, (scores[row - from] ?? 0) * (this.inverse[row] ?? 0))
      if (wanted) for (; (wanted[next] ?? to) < to; next++) offer(wanted[next] ?? 0)
      else for (let row = from; row < to; row++) if (!unwanted.has(row)) offer(row)
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0)) || 1
    const cosine = (id: number) => this.dotWith(vector, this.rowOf.get(id) ?? 0) / length
    const exact = new TopK(topK)
    for (const { chunkId } of best.best()) exact.offer(chunkId, cosine(chunkId))
    const known = also.filter((id) => this.rowOf.has(id))
    return { hits: exact.best(), similarities: new Map(known.map((id) => [id, cosine(id)])) }
  }

  private dotWith(vector: Float32Array, row: number): number {
    const at = this.rowsAt + row * this.rowBytes
    const numbers = new Int16Array(this.memory.buffer, at, this.dimension)
    return vector.reduce((sum, it, i) => sum + it * (numbers[i] ?? 0), 0) * (this.inverse[row] ?? 0)
  }

  private scan(from: number, to: number): Float32Array {
    const row = this.rowsAt + from * this.rowBytes
    this.dot(0, this.rowBytes, row, to - from, this.rowBytes)
    return new Float32Array(this.memory.buffer, this.rowBytes, to - from)
  }

  /** Writes a vector, which becomes whole numbers, and gives one over its length. */
  private write(at: number, vector: Float32Array): number {
    const row = new Int16Array(this.memory.buffer, at, this.rowBytes / 2)
    row.set(toWholeNumbers(vector))
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
    return length > 0 ? 1 / length : 0
  }

  private makeRoom(rows: number): void {
    const bytes = this.rowsAt + rows * this.rowBytes
    const missing = Math.ceil((bytes - this.memory.buffer.byteLength) / PAGE_BYTES)
    if (missing > 0) this.memory.grow(Math.max(missing, GROWTH_PAGES))
    if (rows <= this.inverse.length) return
    const inverse = new Float64Array(2 * rows)
    inverse.set(this.inverse)
    this.inverse = inverse
  }
}

function ascending(a: number, b: number): number {
  return a - b
}
