import type { AppError } from "../../platform/errors"
import type { ImageRef } from "../../platform/shapes/image"
import type { ChatUsage, MessageMetadata, QuestionScope } from "../../platform/shapes/message"
import type { Conversation } from "./conversation"
import { Draft } from "./draft"
import { Readers } from "./readers"

/** The documents and images of a question, stored with it. */
export type AskedScope = QuestionScope & { images?: ImageRef[] }

/** A new message, or one that is answered again. */
export type NewlyAsked = { sessionId: string } & (
  | { again: string; model?: string | undefined; beside?: boolean }
  | { message: string; parentId?: string | null | undefined; scope: AskedScope }
)
/** What a new answer is asked for, or an incomplete answer that goes on. */
export type Asked = NewlyAsked | { sessionId: string; continues: string }

/** A message, the id of its answer, and what to ask the model. */
export type Turn = Conversation & {
  sessionId: string
  userMessageId: string
  answerId: string
  /** Whether the answer is written beside another one. */
  beside: boolean
  /** The model or agent that was asked for, or the session's; undefined to use the settings' model. */
  modelId: string | undefined
  /** The session's own; undefined to use the settings', or its agent's. */
  ownTemperature: number | undefined
  trimmed: number
  /** Resolves to true once the message and its answer's row are stored, false if they aren't. */
  stored: Promise<boolean>
}

/** How an answer ended. With an error, the text is incomplete. */
export type Ending = {
  /** Null if no model could be resolved. */
  model: string | null
  /** The name of the agent that answered. */
  agent: string | undefined
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

/** An answer in progress. */
export class Generation extends Draft {
  /** The number of characters stored; undefined until its row exists. */
  saved: number | undefined
  readonly readers = new Readers(() => this.stop())
  private readonly ending = new AbortController()
  private readonly ended = Promise.withResolvers<Ending>()

  constructor(readonly turn: Turn) {
    super(turn.begun)
    const there = this.text.length
    void turn.stored.then((isStored) => {
      if (isStored) this.saved = there
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

  /** Ends it with the text so far, on request or because of this error. */
  stop(why?: AppError | AnswerLost): void {
    this.ending.abort(why)
  }

  end(ending: Ending): void {
    this.readers.close()
    this.ended.resolve(ending)
    this.close()
  }
}

/** What an answer is based on so far, as it is stored with its text. */
export function metadataOf(generation: Generation): MessageMetadata {
  const { citations, searches, removed, unread, turn } = generation
  const { usage = null, model = null } = turn.begun?.metadata ?? {}
  return {
    ...{ citations: [...citations], usage, model },
    ...(searches.length ? { searches: [...searches] } : {}),
    ...(removed.length ? { removed_citations: [...removed] } : {}),
    ...(unread.length ? { unread_documents: [...unread] } : {}),
  }
}
