import type { Message } from "../../engines/models/model"
import type { Config } from "../../platform/config/config"
import type { AppError } from "../../platform/errors"
import type { ChatUsage } from "../../platform/shapes/message"

/** Between two pieces for a reader: a frame of a screen. */
const PIECE_MS = 16

/** A message to a session. */
export type Asked = { sessionId: string; message: string }

/** A message, a place for its answer, and what the model is to be asked. */
export type Turn = {
  sessionId: string
  userMessageId: string
  answerId: string
  /** What was chosen for the session; undefined for what the settings say. */
  modelId: string | undefined
  settings: Config
  history: Message[]
  trimmed: number
  /** Whether the message and the place are stored, once that is certain. */
  stored: Promise<boolean>
}

/** How an answer ended. An error has taken the place of the rest. */
export type Ending = {
  /** Null if it could not be chosen. */
  model: string | null
  usage: ChatUsage
  stopped: boolean
  error?: AppError
}

/** Why nothing more is written: the row is somebody else's by now, or gone. */
export class AnswerLost extends Error {
  override readonly name = "AnswerLost"
}

/** An answer that is being written, for one reader, who may be slow: it then gets larger pieces. */
export class Generation {
  text = ""
  /** How much of it is stored; undefined while there is no place for it. */
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

  /** Aborted, the model is not asked any further. */
  get signal(): AbortSignal {
    return this.ending.signal
  }

  /** Resolves once the end is stored. */
  get done(): Promise<Ending> {
    return this.ended.promise
  }

  /** How many characters there are. */
  readonly written = () => this.text.length

  add(piece: string): void {
    // The database takes no NUL.
    this.text += piece.replaceAll("\0", "")
    this.wake()
  }

  /** Ends it with what there is, because somebody wants that, or for this error. */
  stop(why?: AppError | AnswerLost): void {
    this.ending.abort(why)
  }

  end(ending: Ending): void {
    this.isOver = true
    this.ended.resolve(ending)
    this.wake()
  }

  /** What came since the last piece: the first at once, then as often as an eye can follow. */
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
