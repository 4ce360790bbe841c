import type { Context } from "hono"
import { z } from "zod"
import { usableModels } from "../../engines/models/choices"
import { readQuery } from "../../platform/http/validate"
import { AGENT, listCounterparts } from "../agents/counterparts"
import { pickerOf } from "../library/picker-form"
import { currentSettings } from "../settings/service"
import { listAttachments } from "./attachments"
import type { ChatDeps } from "./deps"
import type { ShownMessage, Version } from "./schema"
import * as service from "./service"
import { leftOutOf } from "./summary"

const LISTED = 100
const SHOWN = 30
const MORE = 270

const listQuery = z.object({
  /** Words that a chat must contain to be listed. */
  query: z.string().trim().max(200).default(""),
  listed: z.coerce.number().int().min(1).max(10_000).default(LISTED),
})
const messagesQuery = z.object({
  /** The model or agent that a new chat begins with. */
  model: z.string().max(200).optional(),
  last: z.coerce.number().int().min(1).max(10_000).default(SHOWN),
})

/** Reads the list of chats beside a conversation; without an id, beside a new one. */
export async function readList(c: Context, deps: ChatDeps, id: string | undefined) {
  const { query, listed } = readQuery(c, listQuery)
  const sessions = await service.listSessions(deps, { limit: listed, ...(query && { query }) })
  const more = new URLSearchParams({ ...(query && { query }), listed: String(listed + MORE) })
  return {
    sessions,
    query,
    older: sessions.length < listed ? undefined : `${id ? `/chat/${id}` : "/chat"}?${more}`,
  }
}

/** Reads a conversation and what its composer offers; without an id, that of a new chat. */
export async function readConversation(c: Context, deps: ChatDeps, id: string | undefined) {
  const { last, model } = readQuery(c, messagesQuery)
  const session = id ? await service.getSession(deps, id) : undefined
  const messages = id ? markSearching(await service.listShown(deps, id, last)) : []
  const question = messages.findLast(({ role }) => role === "user")
  const { use_rag, document_ids } = question?.metadata ?? {}
  const [models, agents] = await Promise.all([usableModels(deps.models), readAgents(deps)])
  const isOffered = [...models, ...agents].some(({ id }) => id === model)
  const preset = isOffered ? model : undefined
  const picker = await pickerOf(c, deps, "document_ids", document_ids)
  const isAll = messages.length < last || messages[0]?.parent_id === null
  return {
    attachments: id ? await listAttachments(deps, id) : [],
    leftOut: id ? await leftOutOf(deps, id, messages) : undefined,
    ...{ session, messages, picker, models, agents },
    defaultModel: preset ?? (await currentSettings(deps)).defaultModel,
    usesDocuments: question ? use_rag === true : picker.total > 0,
    address: id && (last === SHOWN ? `/chat/${id}` : `/chat/${id}?last=${last}`),
    earlier: isAll ? undefined : `/chat/${id}?last=${last + MORE}`,
  }
}

async function readAgents(deps: ChatDeps) {
  const agents = await listCounterparts(deps)
  return agents.map(({ id, config }) => ({ id: AGENT + id, name: config.name }))
}

/** An answer without text is still searching if its question asks for documents. */
function markSearching(messages: ShownMessage[]): ShownMessage[] {
  return messages.map((message, at) => {
    if (message.role === "user") return message
    const { use_rag } = messages[at - 1]?.metadata ?? {}
    const mark = <Answer extends Version>(answer: Answer): Answer =>
      answer.metadata.generating ? { ...answer, metadata: { ...answer.metadata, use_rag } } : answer
    const { other_answer } = message
    return { ...mark(message), ...(other_answer && { other_answer: mark(other_answer) }) }
  })
}
