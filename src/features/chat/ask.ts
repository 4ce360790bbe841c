import type { Message, ModelAnswer, ModelRequest } from "../../engines/models/model"
import { extractAnswer } from "../../engines/roles/rules/answer"
import { type Source, showSources } from "../../engines/roles/sources"
import type { UnreadDocument } from "../../platform/shapes/message"
import { createConversation } from "../agents/search-tool"
import { askForSession } from "../usage/session-call"
import { recordLast } from "./calls"
import type { Asking } from "./conversation"
import { findSources, lookFor, type SourceDeps } from "./find-sources"
import { createFitting } from "./fitting"
import { lookAtImages } from "./look-at-images"
import { goingOn, systemPromptFor, withoutModelFor } from "./prompt"

/**
 * Has a model answer, from numbered passages of the documents if the question reads them. Adds the
 * text to the draft and the calls to `calls`. Throws what the last call threw.
 */
export async function askModel(deps: SourceDeps, asking: Asking): Promise<void> {
  const { conversation, model, draft, calls, signal, onText, onTrim = () => {} } = asking
  const { sessionId, settings, question, output } = conversation
  const { history, images } = await lookAtImages(deps, conversation, model)
  const { use_rag, attached_ids = [] } = conversation.scope
  const readsDocuments = use_rag === true || attached_ids.length > 0
  const mayLook = readsDocuments && conversation.mayLook && model.provider.tools === true
  const system = systemPromptFor({ ...conversation, readsDocuments, mayLook })
  const sent = { ...conversation, system, usesTools: mayLook }
  const window = await createFitting(model, sent, onTrim)
  const found = readsDocuments ? await findSources(deps, asking, window.sourcesMax) : undefined
  if (found) draft.citeFrom(found.sources)
  const common = {
    ...{ model: model.model, system, max_tokens: window.maxTokens },
    temperature: conversation.temperature,
    ...(output && { output }),
    extract: () =>
      found
        ? extractAnswer({ ...found, upstream: {}, instructions: "" })
        : withoutModelFor(conversation),
  }
  const onDelta = (piece: string) => {
    draft.add(piece)
    onText?.()
  }

  async function put(messages: Message[], offer: Partial<ModelRequest>): Promise<ModelAnswer> {
    await recordLast(deps, sessionId, calls)
    // What it said before a search is a paragraph of its own.
    const isNext = calls.made.length > 0 && draft.text !== ""
    if (isNext && !draft.text.endsWith("\n")) draft.add("\n\n")
    const request = { ...common, messages: window.fit(messages), ...offer }
    const session = { sessionId, settings }
    const asked = await askForSession(deps, session, model, request, { signal, onDelta })
    calls.last = asked
    calls.made.push(asked)
    if (!asked.answer) throw asked.error
    return asked.answer
  }

  const search = mayLook ? lookFor(deps, asking, window.fitting) : undefined
  const converse = createConversation(found?.sources ?? [], search, put)
  const content = found ? withSources(question, found.sources, draft.unread) : question
  const asked: Message = { role: "user", content, ...(images.length > 0 && { images }) }
  await converse([...history, asked, ...goingOn(conversation)])
  draft.complete()
}

function withSources(
  question: string,
  sources: Source[],
  unread: readonly UnreadDocument[],
): string {
  const shown = sources.length ? showSources(sources) : "Nothing was found. Cite nothing."
  const missing = unread.map(({ name, reason }) => `- ${name}: ${reason}`)
  const left = missing.length
    ? `\n\n# Files that could not be read for this answer\n${missing.join("\n")}`
    : ""
  return `# Sources\n${shown}${left}\n\n# Question\n${question}`
}
