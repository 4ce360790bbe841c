import type { DocumentType } from "../../../platform/shapes/document"
import type { Cut } from "../code/cuts"
import { type Block, blocksOf, type Span } from "./blocks"
import { skipSpace, trimEnd } from "./characters"
import { overlapStart, piecesOf, wordCut } from "./pieces"

/** Lengths are in UTF-16 units. `cuts` is for code with a grammar. */
export type ChunkOptions = {
  type: DocumentType
  size: number
  overlap: number
  cuts?: Cut[] | undefined
}

/**
 * A chunk, `text.slice(start, end)`, and the headings above it, or for code the names of the
 * declarations that contain all of it.
 */
export type TextChunk = { index: number; start: number; end: number; headingPath: string[] }

/**
 * Cuts a text into chunks of at most `size`, preferably at headings, then between paragraphs,
 * sentences and words. A heading always begins a chunk, together with text below it if there is
 * any. Chunks of a section overlap by up to `overlap`, in whole sentences where possible. Code is
 * cut between declarations, and a declaration that is too long between its parts; no chunk crosses
 * its border. Every character except white space is in some chunk, starts strictly increase, and
 * the time is linear.
 */
export function* chunksOf(text: string, options: ChunkOptions): Generator<TextChunk> {
  const path = new HeadingPath()
  const packer = new Packer(text, options)
  for (const block of blocksOf(text, options.type, options.cuts)) {
    if (block.kind === "heading" || (block.kind === "code" && block.section)) {
      // Consecutive headings wait for the text below the last of them.
      if (packer.hasText) yield* packer.endSection()
    }
    yield* packer.add(block)
    if (block.kind === "heading") packer.enter(path.enter(block.level, block.title))
  }
  yield* packer.endSection()
}

/** Fills one chunk at a time with the spans of a section. */
class Packer {
  readonly #text: string
  readonly #size: number
  readonly #overlap: number
  #chunk: (Span & { path: string[] }) | undefined
  /** Where the section's text begins. Overlap doesn't go further back. */
  #floor = 0
  #index = 0
  #path: string[] = []
  hasText = false

  constructor(text: string, { size, overlap }: ChunkOptions) {
    this.#text = text
    // A surrogate pair must fit.
    this.#size = Math.max(2, size)
    this.#overlap = Math.min(overlap, Math.floor(this.#size / 2))
  }

  /** Sets the path that the last heading leads to. */
  enter(path: string[]): void {
    this.#path = path
    if (this.#chunk) this.#chunk.path = path
  }

  *add(block: Block): Generator<TextChunk> {
    if (block.kind === "code" && block.path) {
      this.#path = block.path
      this.#floor = block.start
    }
    const span = { start: block.start, end: trimEnd(this.#text, block.start, block.end) }
    if (this.#fits(span)) {
      yield* this.#put(span, block.kind)
    } else if (this.#startsChunk(span, block)) {
      // No overlap for code: the last lines of the declaration before would say nothing.
      yield* this.#put(span, block.kind, block.kind === "code" ? 0 : this.#overlap)
    } else {
      for (const piece of piecesOf(this.#text, block, this.#size)) {
        for (const part of this.#belowHeading(piece)) yield* this.#put(part, block.kind)
      }
    }
    if (block.kind === "heading") this.#floor = span.end
    else if (block.kind === "prose" || block.section !== "head") this.hasText = true
  }

  *endSection(): Generator<TextChunk> {
    if (this.#chunk) yield this.#emit(this.#chunk)
    this.#chunk = undefined
    this.hasText = false
  }

  *#put(span: Span, kind: Block["kind"], overlap = this.#overlap): Generator<TextChunk> {
    const chunk = this.#chunk
    if (!chunk) {
      this.#chunk = { ...span, path: this.#path }
    } else if (this.#fits(span)) {
      chunk.end = span.end
      chunk.path = commonPath(chunk.path, this.#path)
    } else {
      yield this.#emit(chunk)
      const window = {
        start: Math.max(chunk.start + 1, this.#floor, chunk.end - overlap, span.end - this.#size),
        end: chunk.end,
      }
      const start = overlapStart(this.#text, kind, window) ?? span.start
      this.#chunk = { start, end: span.end, path: this.#path }
    }
  }

  #emit({ start, end, path }: Span & { path: string[] }): TextChunk {
    return { index: this.#index++, start, end, headingPath: path }
  }

  #fits({ start, end }: Span): boolean {
    return end - (this.#chunk?.start ?? start) <= this.#size
  }

  /**
   * True if a block that doesn't fit should begin the next chunk instead of being cut to fill this
   * one: code always, a paragraph if this chunk is half full. A heading is never left alone, but
   * the first lines of a class may be, to keep a method whole.
   */
  #startsChunk({ start, end }: Span, block: Block): boolean {
    if (!this.#chunk || end - start > this.#size) return false
    if (block.kind === "heading" || (block.kind === "code" && block.path)) return true
    const isHalfFull = this.#chunk.end - this.#chunk.start >= this.#size / 2
    return this.hasText && (block.kind === "code" || isHalfFull)
  }

  /** Cuts the first sentence below a heading at a word if the heading would be left alone. */
  #belowHeading(piece: Span): Span[] {
    const chunk = this.#chunk
    if (!chunk || this.hasText || chunk.end > this.#floor || this.#fits(piece)) return [piece]
    const start = skipSpace(this.#text, piece.start, piece.end)
    const limit = chunk.start + this.#size
    const cut = limit > start ? wordCut(this.#text, start, limit) : undefined
    if (cut === undefined) return [piece]
    const rest = skipSpace(this.#text, cut, piece.end)
    return [
      { start, end: trimEnd(this.#text, start, cut) },
      { start: rest, end: piece.end },
    ]
  }
}

/** Returns the common beginning of two paths. */
function commonPath(a: string[], b: string[]): string[] {
  if (a === b) return a
  const differs = a.findIndex((name, i) => name !== b[i])
  return differs < 0 ? a : a.slice(0, differs)
}

/** Tracks the headings above the current text, outermost first. */
class HeadingPath {
  #open: { level: number; title: string }[] = []

  /** Enters a heading, which ends those of its level and below. Returns the new path. */
  enter(level: number, title: string): string[] {
    this.#open = [...this.#open.filter((heading) => heading.level < level), { level, title }]
    return this.#open.map((heading) => heading.title).filter((title) => title !== "")
  }
}
