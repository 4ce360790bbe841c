import type { SearchInput } from "./schema"
import type { SearchDeps } from "./service"
import { queryTerms } from "./terms"
import type { Hit } from "./top-k"

/** The best chunks by their words, best first; none for a query without any. */
export async function lexicalHits(
  { db, search }: Pick<SearchDeps, "db" | "search">,
  { query, document_ids: documentIds, metadata }: SearchInput,
  topK: number,
): Promise<Hit[]> {
  return await search.search(db, { terms: queryTerms(query), topK, documentIds, metadata })
}
