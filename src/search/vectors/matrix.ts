import { type Hit, TopK } from "../top-k"
import { type Dot, instantiate } from "./kernel"

/** What the kernel takes at a time, in floats. */
const LANES = 16
const PAGE_BYTES = 65_536
/** Rows whose scores stand in memory at a time. */
const BLOCK_ROWS = 8192
/** Memory grows by so much at least, which copies nothing. */
const GROWTH_PAGES = 256

/** Numbers are Float32; a vector of another length than `dimension` is never put in. */
export type Rows = { ids: Float64Array<ArrayBuffer>; vectors: Float32Array<ArrayBuffer> }

export type MatrixQuery = {
  vector: Float32Array
  topK: number
  /** Only these chunks are looked for; undefined for all. */
  allowed: number[] | undefined
  /** Chunks whose similarity is told too, found or not. */
  also: number[]
}
export type MatrixAnswer = { hits: Hit[]; similarities: Map<number, number> }

/**
 * Vectors of chunks in memory, scanned exactly. Each is scaled to length one when it comes, so that
 * a dot product is a cosine; a vector of zeros is like nothing.
 */
export class Matrix {
  readonly #dimension: number
  readonly #rowBytes: number
  readonly #scoresAt: number
  readonly #rowsAt: number
  readonly #memory: WebAssembly.Memory
  readonly #dot: Dot
  readonly #rowOf = new Map<number, number>()
  #ids: number[] = []

  constructor(dimension: number) {
    this.#dimension = dimension
    this.#rowBytes = Math.ceil(dimension / LANES) * LANES * 4
    this.#scoresAt = this.#rowBytes
    this.#rowsAt = this.#scoresAt + BLOCK_ROWS * 4
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil(this.#rowsAt / PAGE_BYTES) })
    this.#dot = instantiate(this.#memory)
  }

  get size(): number {
    return this.#ids.length
  }

  /** Adds rows, or replaces those of the same chunks. */
  put({ ids, vectors }: Rows): void {
    this.#makeRoom(this.#ids.length + ids.length)
    for (const [i, id] of ids.entries()) {
      const row = this.#rowOf.get(id) ?? this.#ids.push(id) - 1
      this.#rowOf.set(id, row)
      this.#write(this.#rowsAt + row * this.#rowBytes, vectors, i * this.#dimension)
    }
  }

  /** Takes out what `stays` does not say yes to; the last row moves to the place of each. */
  retain(stays: (id: number) => boolean): void {
    for (const id of this.#ids.filter((id) => !stays(id))) {
      const row = this.#rowOf.get(id)
      const last = this.#ids.pop()
      this.#rowOf.delete(id)
      if (row === undefined || last === undefined || last === id) continue
      const from = this.#rowsAt + this.#ids.length * this.#rowBytes
      const bytes = new Uint8Array(this.#memory.buffer)
      bytes.copyWithin(this.#rowsAt + row * this.#rowBytes, from, from + this.#rowBytes)
      this.#ids[row] = last
      this.#rowOf.set(last, row)
    }
  }

  search({ vector, topK, allowed, also }: MatrixQuery): MatrixAnswer {
    this.#write(0, vector, 0)
    const best = new TopK(topK)
    const similarities = new Map<number, number>()
    const rowsOf = (ids: number[]) => ids.flatMap((id) => this.#rowOf.get(id) ?? []).sort(ascending)
    const wanted = allowed && rowsOf(allowed)
    const told = rowsOf(also)
    let next = 0
    for (let from = 0; from < this.#ids.length; from += BLOCK_ROWS) {
      const to = Math.min(from + BLOCK_ROWS, this.#ids.length)
      const scores = this.#scan(from, to)
      const offer = (row: number) => best.offer(this.#ids[row] ?? 0, scores[row - from] ?? 0)
      if (wanted) for (; (wanted[next] ?? to) < to; next++) offer(wanted[next] ?? 0)
      else for (let row = from; row < to; row++) offer(row)
      for (const row of told) {
        if (row >= from && row < to) similarities.set(this.#ids[row] ?? 0, scores[row - from] ?? 0)
      }
    }
    return { hits: best.best(), similarities }
  }

  #scan(from: number, to: number): Float32Array {
    const row = this.#rowsAt + from * this.#rowBytes
    this.#dot(0, this.#rowBytes, row, to - from, this.#scoresAt)
    return new Float32Array(this.#memory.buffer, this.#scoresAt, to - from)
  }

  #write(at: number, vectors: Float32Array, from: number): void {
    const row = new Float32Array(this.#memory.buffer, at, this.#rowBytes / 4)
    row.set(vectors.subarray(from, from + this.#dimension))
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1
    for (let i = 0; i < this.#dimension; i++) row[i] = (row[i] ?? 0) / length
  }

  #makeRoom(rows: number): void {
    const bytes = this.#rowsAt + rows * this.#rowBytes
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES)
    if (missing > 0) this.#memory.grow(Math.max(missing, GROWTH_PAGES))
  }
}

function ascending(a: number, b: number): number {
  return a - b
}
