import type { Message, ModelRequest } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import type { Config } from "../../platform/config/config"
import type { ImageRef } from "../../platform/shapes/image"
import type { QuestionScope } from "../../platform/shapes/message"
import type { Calls } from "./calls"
import type { Begun, Draft } from "./draft"

/** A message, and the images that it showed. */
export type Said = Message & { shows?: readonly ImageRef[] }

/** A question, what was said before it, and how to answer it. */
export type Conversation = {
  /** Null if it is not stored. */
  sessionId: string | null
  history: Said[]
  /** A summary of the messages before the history, if someone asked for one. */
  summary?: string | undefined
  question: string
  /** The images that the question shows. */
  shows?: readonly ImageRef[] | undefined
  scope: QuestionScope
  /** Set if its answer goes on. */
  begun?: Begun
  /** The user's own system prompt. */
  instructions: string
  /** Set if nothing is added to the instructions. */
  isBare?: true
  /** Whether a model with tools may search the documents further. */
  mayLook: boolean
  temperature: number
  maxTokens: number
  /** Set if the answer must be JSON of this shape. */
  output?: ModelRequest["output"]
  settings: Config
  /** Resolves to false if its session is gone, so that its searches can't be recorded. */
  stored: Promise<boolean>
}

/** A conversation that a model is answering. */
export type Asking = {
  conversation: Conversation
  model: ResolvedModel
  /** Gets the answer. */
  draft: Draft
  calls: Calls
  /** Aborts the call to the model. */
  signal: AbortSignal
  onText?: () => void
  /** Gets the number of messages that are left out of the history, before each call. */
  onTrim?: (messages: number) => void
}
