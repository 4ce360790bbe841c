import { numberSources, type Source } from "../../engines/roles/sources"
import { transact } from "../../platform/events/transact"
import type { QuestionScope } from "../../platform/shapes/message"
import type { RetrievalResult } from "../../platform/shapes/passage"
import { documentsOf } from "../agents/folder-sources"
import type { Search } from "../agents/search-tool"
import { requireDocuments, stillThere } from "../documents/service"
import { gatherContext } from "../search/context"
import type { SearchInput } from "../search/schema"
import type { Search as SearchQuery } from "../search/scope"
import { retrieve, type SearchDeps } from "../search/service"
import type { BudgetDeps } from "../usage/budget-service"
import { hashOf } from "../usage/measures"
import { recordCall } from "../usage/record-call"
import type { Asking } from "./conversation"
import { bestThatFit, type Fitting } from "./fitting"
import { standalone } from "./question"
import { whenRead } from "./when-read"

export type SourceDeps = BudgetDeps & SearchDeps

const TOP_K = 12
/** Rules read far more than fits into a prompt. */
const TOP_K_OF_RULES = 250
const QUERY_MAX = 2000

/** Throws DocumentNotFoundError or ValidationError for a scope that names what isn't there. */
export async function checkScope(deps: SourceDeps, scope: QuestionScope): Promise<void> {
  await requireDocuments(deps, scope.document_ids ?? [])
  await documentsOf(deps, scope.folders ?? [])
}

/**
 * Finds the passages to answer a question from, numbered in reading order: at most `tokensMax`
 * tokens for a model.
 */
export async function findSources(
  deps: SourceDeps,
  asking: Asking,
  tokensMax: number,
): Promise<{ query: string; sources: Source[] }> {
  const { question, history } = asking.conversation
  const isOffline = asking.model.id === "offline"
  const query = standalone(question, history).slice(-QUERY_MAX)
  const top_k = isOffline ? TOP_K_OF_RULES : TOP_K
  const passages = await searched(deps, asking, { query, top_k }, (search) =>
    gatherContext(deps, { ...search, top_k }),
  )
  return { query, sources: numberSources(isOffline ? passages : bestThatFit(passages, tokensMax)) }
}

/** Returns the search tool of a model that answers a question. It shows the passages that `fit`. */
export function lookFor(deps: SourceDeps, asking: Asking, fit: Fitting["fitting"]): Search {
  return (input) =>
    searched(deps, asking, input, async (search) => {
      asking.signal.throwIfAborted()
      return fit(await retrieve(deps, search))
    })
}

/** Searches the question's documents, and records and shows the search. */
async function searched(
  deps: SourceDeps,
  { conversation, draft, signal }: Asking,
  input: SearchInput & { query: string },
  perform: (search: SearchQuery) => Promise<RetrievalResult[]>,
): Promise<RetrievalResult[]> {
  const { scope, sessionId } = conversation
  const document_ids = await documentsIn(deps, scope)
  const named = [...(scope.document_ids ?? []), ...(scope.attached_ids ?? [])]
  draft.unread = await whenRead(deps, named, signal)
  const started = performance.now()
  const search = { ...input, document_ids, chat_session: sessionId ?? undefined }
  // No list means all documents, so an empty one must not be searched with.
  const found = document_ids?.length === 0 ? [] : await perform(search)
  const call = {
    ...({ kind: "retrieval", provider: "search", model: "bm25", costUsd: 0 } as const),
    ...{ requestHash: hashOf(search), durationMs: performance.now() - started },
  }
  if (await conversation.stored) {
    await transact(deps, (its, emit) =>
      recordCall({ ...deps, ...its }, { ...call, sessionId }, emit),
    )
  }
  draft.tellSearch({ query: input.query, results: found.length })
  return found
}

/** Undefined for all documents. */
async function documentsIn(
  deps: SourceDeps,
  { use_rag, document_ids = [], folders = [], attached_ids = [] }: QuestionScope,
): Promise<string[] | undefined> {
  const isNarrow = document_ids.length + folders.length > 0
  if (use_rag && !isNarrow) return undefined
  const inFolders = await documentsOf(deps, folders)
  return stillThere(deps, [...new Set([...document_ids, ...inFolders, ...attached_ids])])
}
