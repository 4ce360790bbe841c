import type { Citation } from "./citation"
import type { ImageRef } from "./image"

/** Usage of an answer; null where the provider did not report it. */
export type ChatUsage = {
  input_tokens: number | null
  output_tokens: number | null
  cached_tokens: number | null
  cost_usd: number | null
  /** Oldest messages of the session that were left out because the history is too long. */
  trimmed_messages: number
}

/** A mark that was left out: its number was never given, or no source has its quotation. */
export type RemovedCitation = { number: number; reason: "not_given" | "not_in_source" }

/** A search that an answer is based on. `results` counts its passages. */
export type AnswerSearch = { query: string; results: number }

/** A document that an answer had to leave out. `reason` is a sentence. */
export type UnreadDocument = { id: string; name: string; reason: string }

/** What a question reads. Kept with it, so that a new answer to it reads the same. */
export type QuestionScope = {
  use_rag?: true | undefined
  /** Only these and those in `folders`; all documents if both are left out. */
  document_ids?: string[] | undefined
  /** Absolute paths of synced folders or folders in them. */
  folders?: string[] | undefined
  /** The documents of its session, which it reads whatever else it reads. */
  attached_ids?: string[] | undefined
}

export type MessageMetadata = QuestionScope & {
  citations: Citation[]
  usage: ChatUsage | null
  model: string | null
  /** The name of the agent that answered by that model. */
  agent?: string
  searches?: AnswerSearch[]
  removed_citations?: RemovedCitation[]
  /** Documents of the question or its session that could not be read. */
  unread_documents?: UnreadDocument[]
  /** The images that a question shows. */
  images?: ImageRef[]
  /** A summary of the conversation up to this message, sent instead of those messages. */
  summary?: string
  /** Seconds from the question to the end of its answer. */
  duration_s?: number
  /** The text so far, because someone stopped the answer or left. */
  stopped?: true
  /** The text so far, because the answer failed. */
  error?: { error: string; message: string }
  /** The text so far, still being generated. */
  generating?: true
}
