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

/** `headingPath` holds, for code, the names of the declarations that contain the whole chunk. */
type TextChunk = { index: number; start: number; end: number; headingPath: string[] }

/**
 * Cuts a text into chunks of at most `size`, preferably at headings, then between paragraphs,
 * sentences and words. A heading always begins a chunk. Chunks of a section overlap by up to
 * `overlap`, in whole sentences where possible. Code is cut between declarations, and no chunk
 * crosses the border of a long one. Loses only white space; starts strictly increase; the time is
 * linear.
 */
export function* chunksOf(text: string, options: ChunkOptions): Generator<TextChunk> {
  const packer = new Packer(text, options)
  for (const block of blocksOf(text, options.type, options.cuts)) {
    if (block.kind === "heading" || (block.kind === "code" && block.section)) {
      // Consecutive headings wait for the text below the last of them.
      if (packer.hasText) yield* packer.endSection()
    }
    yield* packer.add(block)
    if (block.kind === "heading") packer.enter(block)
  }
  yield* packer.endSection()
}

type Heading = { level: number; title: string }

/** Fills one chunk at a time with the spans of a section. */
class Packer {
  private readonly size: number
  private readonly overlap: number
  private open: (Span & { path: string[] }) | undefined
  /** Where the section's text begins. Overlap doesn't go further back. */
  private floor = 0
  private index = 0
  private path: string[] = []
  /** The headings above the current text, outermost first. */
  private headings: Heading[] = []
  hasText = false

  constructor(
    private readonly text: string,
    { size, overlap }: ChunkOptions,
  ) {
    // A surrogate pair must fit.
    this.size = Math.max(2, size)
    this.overlap = Math.min(overlap, Math.floor(this.size / 2))
  }

  /** Enters a heading, which ends those of its level and below. */
  enter(heading: Heading): void {
    this.headings = [...this.headings.filter(({ level }) => level < heading.level), heading]
    this.path = this.headings.map(({ title }) => title).filter((title) => title !== "")
    if (this.open) this.open.path = this.path
  }

  *add(block: Block): Generator<TextChunk> {
    if (block.kind === "code" && block.path) {
      this.path = block.path
      this.floor = block.start
    }
    const span = { start: block.start, end: trimEnd(this.text, block.start, block.end) }
    if (this.fits(span)) {
      yield* this.put(span, block.kind)
    } else if (this.startsChunk(span, block)) {
      // No overlap for code: the last lines of the declaration before would say nothing.
      yield* this.put(span, block.kind, block.kind === "code" ? 0 : this.overlap)
    } else {
      for (const piece of piecesOf(this.text, block, this.size)) {
        for (const part of this.belowHeading(piece)) yield* this.put(part, block.kind)
      }
    }
    if (block.kind === "heading") this.floor = span.end
    else if (block.kind === "prose" || block.section !== "head") this.hasText = true
  }

  *endSection(): Generator<TextChunk> {
    if (this.open) yield this.emit(this.open)
    this.open = undefined
    this.hasText = false
  }

  private *put(span: Span, kind: Block["kind"], overlap = this.overlap): Generator<TextChunk> {
    const chunk = this.open
    if (!chunk) {
      this.open = { ...span, path: this.path }
    } else if (this.fits(span)) {
      chunk.end = span.end
      chunk.path = commonPath(chunk.path, this.path)
    } else {
      yield this.emit(chunk)
      const window = {
        start: Math.max(chunk.start + 1, this.floor, chunk.end - overlap, span.end - this.size),
        end: chunk.end,
      }
      const start = overlapStart(this.text, kind, window) ?? span.start
      this.open = { start, end: span.end, path: this.path }
    }
  }

  private emit({ start, end, path }: Span & { path: string[] }): TextChunk {
    return { index: this.index++, start, end, headingPath: path }
  }

  private fits({ start, end }: Span): boolean {
    return end - (this.open?.start ?? start) <= this.size
  }

  /**
   * True if a block that doesn't fit should begin the next chunk instead of being cut to fill this
   * one: code always, a paragraph if this chunk is half full, but no heading is left alone.
   */
  private startsChunk({ start, end }: Span, block: Block): boolean {
    if (!this.open || end - start > this.size) return false
    if (block.kind === "heading" || (block.kind === "code" && block.path)) return true
    const isHalfFull = this.open.end - this.open.start >= this.size / 2
    return this.hasText && (block.kind === "code" || isHalfFull)
  }

  /** Cuts the first sentence below a heading at a word if the heading would be left alone. */
  private belowHeading(piece: Span): Span[] {
    const chunk = this.open
    if (!chunk || this.hasText || chunk.end > this.floor || this.fits(piece)) return [piece]
    const start = skipSpace(this.text, piece.start, piece.end)
    const limit = chunk.start + this.size
    const cut = limit > start ? wordCut(this.text, start, limit) : undefined
    if (cut === undefined) return [piece]
    const rest = skipSpace(this.text, cut, piece.end)
    return [
      { start, end: trimEnd(this.text, start, cut) },
      { start: rest, end: piece.end },
    ]
  }
}

function commonPath(a: string[], b: string[]): string[] {
  if (a === b) return a
  const differs = a.findIndex((name, i) => name !== b[i])
  return differs < 0 ? a : a.slice(0, differs)
}
