import type { RerankerState } from "./rerank-schema"

export type Reranker = {
  /** Opens the model in the background, which fetches it if it is missing. */
  begin(): void
  state(): RerankerState
  /** How well each text answers the query, in their order. Throws when there is no answer in time. */
  score(query: string, texts: string[], timeout_ms: number): Promise<number[]>
  close(): Promise<void>
}
