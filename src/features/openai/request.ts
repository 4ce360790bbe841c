import { z } from "zod"
import type { Message } from "../../engines/models/model"
import { withoutMarks } from "../../engines/roles/markdown"
import { invalid, messageOf } from "../../platform/errors"
import type { Asking, Conversation } from "../chat/conversation"
import { scopeOfAgent } from "../chat/counterpart"
import { currentSettings } from "../settings/service"
import { DOCUMENTS, findAgent, type ModelDeps, resolveModel } from "./models"
import type { CompletionRequest, GivenMessage } from "./schema"

/** Reads a request. Throws NotFoundError for an unknown model, ValidationError for its messages. */
export async function readRequest(
  deps: ModelDeps,
  request: CompletionRequest,
): Promise<Pick<Asking, "conversation" | "model">> {
  const settings = await currentSettings(deps)
  const agent = (await findAgent(deps, request.model))?.config
  const readsDocuments = agent !== undefined || request.model === DOCUMENTS
  const said = readMessages(request.messages, agent?.system_prompt)
  const model = readsDocuments
    ? await deps.models.resolve(agent?.model ?? settings.defaultModel)
    : await resolveModel(deps, request.model)
  const output = outputOf(request, readsDocuments || model.id === "offline")
  const conversation: Conversation = {
    ...{ sessionId: null, stored: Promise.resolve(true), settings },
    ...(readsDocuments ? withoutOldMarks(said) : { ...said, isBare: true }),
    // An agent without documents of its own reads all, as in its runs.
    scope: readsDocuments ? { use_rag: true, ...scopeOfAgent(agent) } : {},
    mayLook: agent?.search_documents ?? true,
    temperature: request.temperature ?? agent?.temperature ?? settings.defaultTemperature,
    maxTokens:
      request.max_completion_tokens ??
      request.max_tokens ??
      agent?.max_tokens ??
      settings.defaultMaxTokens,
    ...(output && { output }),
  }
  return { conversation, model }
}

type Said = Pick<Conversation, "instructions" | "history" | "question">

/** Joins the system messages, wherever they stand, after the agent's own instructions. */
function readMessages(messages: GivenMessage[], own = ""): Said {
  const instructions = [own, ...messages.flatMap((it) => (isSystem(it) ? it.content : []))]
  // Providers refuse empty messages, which clients keep of answers that failed.
  const history = messages.flatMap(({ role, content }): Message[] =>
    (role === "user" || role === "assistant") && content.trim() ? [{ role, content }] : [],
  )
  const last = history.pop()
  if (last?.role !== "user") {
    throw invalid("messages", "The last message must be the user's, with the question.")
  }
  const text = instructions.filter((it) => it.trim()).join("\n\n")
  return { instructions: text, history, question: last.content }
}

function isSystem({ role }: GivenMessage): boolean {
  return role === "system" || role === "developer"
}

/** A former answer's marks would name other sources in this one. */
function withoutOldMarks({ history, ...said }: Said): Said {
  const plain = (it: Message): Message =>
    it.role === "assistant" ? { ...it, content: withoutMarks(it.content) } : it
  return { ...said, history: history.map(plain) }
}

function outputOf(
  { response_format: format }: CompletionRequest,
  writesText: boolean,
): Conversation["output"] {
  if (format?.type !== "json_schema") return undefined
  if (writesText) {
    throw invalid("response_format", "Answers of this model are text: leave response_format out.")
  }
  const { name, schema } = format.json_schema
  try {
    return { name, schema: z.fromJSONSchema(schema) }
  } catch (cause) {
    const sentence = `This JSON Schema can't be used: ${messageOf(cause)}`
    throw invalid("response_format.json_schema.schema", sentence, {}, { cause })
  }
}
