import type { Message } from "../../engines/models/model"
import type { Config } from "../../platform/config/config"
import type { AppError } from "../../platform/errors"
import type { ChatUsage } from "../../platform/shapes/message"

/** The pause between two pieces for a reader: one screen frame. */
const PIECE_MS = 16

export type Asked = { sessionId: string; message: string }

/** A message, the id of its answer, and what to ask the model. */
export type Turn = {
  sessionId: string
  userMessageId: string
  answerId: string
  /** The session's model; undefined to use the settings'. */
  modelId: string | undefined
  settings: Config
  history: Message[]
  trimmed: number
  /** Resolves to true once the message and its answer's row are stored, false if they aren't. */
  stored: Promise<boolean>
}

/** How an answer ended. With an error, the text is incomplete. */
export type Ending = {
  /** Null if no model could be resolved. */
  model: string | null
  usage: ChatUsage
  stopped: boolean
  error?: AppError
}

/** Stops the writing: another process has taken over the row, or it is gone. */
export class AnswerLost extends Error {
  override readonly name = "AnswerLost"
}

/** An answer in progress, for one reader. A slow reader gets larger pieces. */
export class Generation {
  text = ""
  /** The number of characters stored; undefined until its row exists. */
  saved: number | undefined
  private isOver = false
  private wake = () => {}
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

  readonly written = () => this.text.length

  add(piece: string): void {
    // PostgreSQL can't store NUL.
    this.text += piece.replaceAll("\0", "")
    this.wake()
  }

  /** Ends it with the text so far, on request or because of this error. */
  stop(why?: AppError | AnswerLost): void {
    this.ending.abort(why)
  }

  end(ending: Ending): void {
    this.isOver = true
    this.ended.resolve(ending)
    this.wake()
  }

  /** Yields the text in pieces: the first at once, then at most one per PIECE_MS. */
  async *read(): AsyncGenerator<string, void, void> {
    let read = 0
    for (;;) {
      const { text } = this
      if (read < text.length) {
        yield text.slice(read)
        read = text.length
        await Promise.race([this.done, Bun.sleep(PIECE_MS)])
      } else if (this.isOver) return
      else await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}
