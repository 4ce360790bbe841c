import type { Attachment, LeftOut, Session } from "../../src/features/chat/schema"
import type { Picker } from "../../src/features/library/schema"
import type { SaidMessage } from "./message"

export type ConversationProps = {
  /** Undefined for a new chat, which its first message creates. */
  session: Session | undefined
  /** Oldest first. */
  messages: SaidMessage[]
  /** What the last answer had no room for. */
  leftOut: LeftOut | undefined
  /** The page's own, for its parts to refresh from; undefined for a new chat. */
  address: string | undefined
  /** Loads the page with more messages; undefined if it shows all. */
  earlier: string | undefined
  /** The files of this chat. */
  attachments: Attachment[]
  models: { id: string; note: string }[]
  /** Who can answer instead of a model. */
  agents: { id: string; name: string }[]
  /** The model, or agent, of a new session. */
  defaultModel: string
  /** The documents to answer from. */
  picker: Picker
  /** True if the next question is to be answered from the documents. */
  usesDocuments: boolean
}
