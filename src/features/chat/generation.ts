import type { Message } from "../../engines/models/model"
import { createMarkReader, type MarkReader } from "../../engines/roles/mark-reader"
import type { Source } from "../../engines/roles/sources"
import type { Config } from "../../platform/config/config"
import type { AppError } from "../../platform/errors"
import type { Citation } from "../../platform/shapes/citation"
import type {
  AnswerSearch,
  ChatUsage,
  MessageMetadata,
  QuestionScope,
  RemovedCitation,
} from "../../platform/shapes/message"
import { Readers } from "./readers"

/** The longest pause between two pieces for a reader who keeps up. */
const PIECE_MS = 5

/** A new message, or one that is answered again. */
export type Asked = { sessionId: string } & (
  | { again: string }
  | { message: string; parentId?: string | null | undefined; scope: QuestionScope }
)

/** A message, the id of its answer, and what to ask the model. */
export type Turn = {
  sessionId: string
  userMessageId: string
  answerId: string
  /** The session's model; undefined to use the settings'. */
  modelId: string | undefined
  temperature: number
  /** The session's own system prompt. */
  instructions: string
  settings: Config
  /** What was said before the question. */
  history: Message[]
  question: string
  scope: QuestionScope
  trimmed: number
  /** Resolves to true once the message and its answer's row are stored, false if they aren't. */
  stored: Promise<boolean>
}

/** How an answer ended. With an error, the text is incomplete. */
export type Ending = {
  /** Null if no model could be resolved. */
  model: string | null
  usage: ChatUsage
  /** From the question to the end. */
  seconds: number
  stopped: boolean
  error?: AppError
}

/** Stops the writing: another process has taken over the row, or it is gone. */
export class AnswerLost extends Error {
  override readonly name = "AnswerLost"
}

/** An answer in progress. A slow reader gets larger pieces. */
export class Generation {
  text = ""
  /** The number of characters stored; undefined until its row exists. */
  saved: number | undefined
  readonly searches: AnswerSearch[] = []
  readonly readers = new Readers(() => this.stop())
  private marks: MarkReader | undefined
  private isOver = false
  private changes = 0
  private changed = Promise.withResolvers<void>()
  private readonly ending = new AbortController()
  private readonly ended = Promise.withResolvers<Ending>()

  constructor(readonly turn: Turn) {
    void turn.stored.then((isStored) => {
      if (isStored) this.saved = 0
      else this.stop(new AnswerLost())
    })
  }

  /** Aborts the call to the model. */
  get signal(): AbortSignal {
    return this.ending.signal
  }

  /** Resolves once the end is stored. */
  get done(): Promise<Ending> {
    return this.ended.promise
  }

  get citations(): readonly Citation[] {
    return this.marks?.citations ?? []
  }

  get removed(): readonly RemovedCitation[] {
    return this.marks?.removed ?? []
  }

  readonly written = () => this.text.length

  /** Reads marks in what is written from now on. `sources` may grow. */
  citeFrom(sources: readonly Source[]): void {
    this.marks = createMarkReader(sources)
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

  /** Ends it with the text so far, on request or because of this error. */
  stop(why?: AppError | AnswerLost): void {
    this.ending.abort(why)
  }

  end(ending: Ending): void {
    this.isOver = true
    this.readers.close()
    this.ended.resolve(ending)
    this.tell()
  }

  /** Yields new text, which is empty if only a search is new: at most once per PIECE_MS. */
  async *read(): AsyncGenerator<string, void, void> {
    let read = 0
    let seen = 0
    for (;;) {
      const { text, changes } = this
      if (seen < changes) {
        seen = changes
        if (!this.isOver || read < text.length) yield text.slice(read)
        read = text.length
        await Promise.race([this.done, Bun.sleep(PIECE_MS)])
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

/** What an answer is based on so far, as it is stored with its text. */
export function metadataOf({ citations, searches, removed }: Generation): MessageMetadata {
  return {
    ...{ citations: [...citations], usage: null, model: null },
    ...(searches.length ? { searches: [...searches] } : {}),
    ...(removed.length ? { removed_citations: [...removed] } : {}),
  }
}
