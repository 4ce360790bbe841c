import { z } from "zod"

export const documentTypes = ["markdown", "pdf", "html", "docx", "text", "code"] as const
export const documentType = z.enum(documentTypes)
export type DocumentType = z.infer<typeof documentType>

export const documentStatus = z.enum(["processing", "indexed", "failed"])
export type DocumentStatus = z.infer<typeof documentStatus>

/**
 * The field of a document's metadata that marks a file of chats: only their questions read it. Its
 * value is the id of the session that it was first added to.
 */
export const CHAT_MARK = "chat_session"

/** `text` covers `[start, end)` of the whole text; `hasMore` is true if text follows. */
export type TextWindow = { text: string; start: number; end: number; hasMore: boolean }
