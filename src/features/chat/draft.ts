import { createMarkReader, type MarkReader } from "../../engines/roles/mark-reader"
import type { Source } from "../../engines/roles/sources"
import type { Citation } from "../../platform/shapes/citation"
import type {
  AnswerSearch,
  MessageMetadata,
  RemovedCitation,
  UnreadDocument,
} from "../../platform/shapes/message"

/** The longest pause between two pieces for a reader who keeps up. */
const PIECE_MS = 2

/** The part of an answer that is there when it goes on. */
export type Begun = { text: string; metadata: MessageMetadata }

/** An answer while it is written. A slow reader gets larger pieces. */
export class Draft {
  text: string
  readonly searches: AnswerSearch[]
  /** Documents that it leaves out. */
  unread: readonly UnreadDocument[] = []
  private marks: MarkReader | undefined
  private isOver = false
  private changes = 0
  private changed = Promise.withResolvers<void>()
  private readonly closed = Promise.withResolvers<void>()

  constructor(private readonly begun?: Begun) {
    this.text = begun?.text ?? ""
    this.searches = [...(begun?.metadata.searches ?? [])]
  }

  get citations(): readonly Citation[] {
    return this.marks?.citations ?? this.begun?.metadata.citations ?? []
  }

  get removed(): readonly RemovedCitation[] {
    return this.marks?.removed ?? this.begun?.metadata.removed_citations ?? []
  }

  readonly written = () => this.text.length

  /** Reads marks in what is written from now on. `sources` may grow. */
  citeFrom(sources: readonly Source[]): void {
    const { text, citations, removed } = this
    this.marks = createMarkReader(sources, { text, citations, removed })
  }

  tellSearch(search: AnswerSearch): void {
    this.searches.push(search)
    this.tell()
  }

  add(piece: string): void {
    this.show(this.marks ? this.marks.write(piece) : piece)
  }

  /** Shows what was held back, once the model has ended its answer. */
  complete(): void {
    this.show(this.marks?.end() ?? "")
  }

  /** Ends all reading. Nothing is added any more. */
  close(): void {
    this.isOver = true
    this.closed.resolve()
    this.tell()
  }

  /** Yields new text, which is empty if only a search is new: at most once per `pause_ms`. */
  async *read(pause_ms = PIECE_MS): AsyncGenerator<string, void, void> {
    let read = this.begun?.text.length ?? 0
    let seen = 0
    for (;;) {
      const { text, changes } = this
      if (seen < changes) {
        seen = changes
        if (!this.isOver || read < text.length) yield text.slice(read)
        read = text.length
        if (pause_ms > 0) await Promise.race([this.closed.promise, Bun.sleep(pause_ms)])
      } else if (this.isOver) return
      else await this.changed.promise
    }
  }

  private show(text: string): void {
    // PostgreSQL can't store NUL.
    this.text += text.replaceAll("\0", "")
    if (text) this.tell()
  }

  private tell(): void {
    this.changes += 1
    this.changed.resolve()
    this.changed = Promise.withResolvers()
  }
}
