import type { Message, ModelAnswer, ModelRequest } from "../../engines/models/model"
import type { ResolvedModel } from "../../engines/models/registry"
import { extractAnswer } from "../../engines/roles/rules/answer"
import { showSources } from "../../engines/roles/sources"
import { transact } from "../../platform/events/transact"
import { createConversation } from "../agents/search-tool"
import { unreserved } from "../usage/budget-service"
import { recordCall } from "../usage/record-call"
import { type AskedForSession, askForSession } from "../usage/session-call"
import { findSources, lookFor, type SourceDeps } from "./find-sources"
import type { Generation } from "./generation"
import { goingOn, systemPromptFor, withoutModel } from "./prompt"

/** The calls of an answer. Each is recorded before the next, except the last. */
export type Calls = { last: AskedForSession | undefined; made: AskedForSession[] }

/**
 * Has a model answer, from numbered passages of the documents if the question reads them. Adds the
 * text to the generation and the calls to `calls`. Throws what the last call threw.
 */
export async function askModel(
  deps: SourceDeps,
  generation: Generation,
  model: ResolvedModel,
  calls: Calls,
  onText: () => void,
): Promise<void> {
  const { turn, signal } = generation
  const { settings, temperature, instructions, scope, question } = turn
  const isOffline = model.id === "offline"
  const found = scope.use_rag ? await findSources(deps, generation, isOffline) : undefined
  if (found) generation.citeFrom(found.sources)
  const mayLook = found !== undefined && model.provider.tools === true
  const common = {
    model: model.model,
    system: systemPromptFor({ readsDocuments: found !== undefined, mayLook, instructions }),
    max_tokens: settings.defaultMaxTokens,
    temperature,
    extract: () =>
      found ? extractAnswer({ ...found, upstream: {}, instructions: "" }) : withoutModel,
  }
  const onDelta = (piece: string) => {
    generation.add(piece)
    onText()
  }

  async function put(messages: Message[], offer: Partial<ModelRequest>): Promise<ModelAnswer> {
    if (calls.last) await record(deps, turn.sessionId, calls.last)
    calls.last = undefined
    // What it said before a search is a paragraph of its own.
    const isNext = calls.made.length > 0 && generation.text !== ""
    if (isNext && !generation.text.endsWith("\n")) generation.add("\n\n")
    const request = { ...common, messages, ...offer }
    const session = { sessionId: turn.sessionId, settings }
    const asked = await askForSession(deps, session, model, request, { signal, onDelta })
    calls.last = asked
    calls.made.push(asked)
    if (!asked.answer) throw asked.error
    return asked.answer
  }

  const search = mayLook ? lookFor(deps, generation) : undefined
  const converse = createConversation(found?.sources ?? [], search, put)
  const content = found ? withSources(question, found.sources) : question
  await converse([...turn.history, { role: "user", content }, ...goingOn(turn)])
  generation.complete()
}

function withSources(question: string, sources: Parameters<typeof showSources>[0]): string {
  const shown = sources.length ? showSources(sources) : "Nothing was found. Cite nothing."
  return `# Sources\n${shown}\n\n# Question\n${question}`
}

async function record(
  deps: SourceDeps,
  sessionId: string,
  { call, reserved = unreserved }: AskedForSession,
): Promise<void> {
  await reserved.settle(() =>
    transact(deps, async (its, emit) => {
      if (call) await recordCall({ ...deps, ...its }, { ...call, sessionId }, emit)
    }),
  )
}
