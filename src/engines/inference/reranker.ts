import type { RerankerState } from "./rerank-schema"

export type Reranker = {
  /** Opens the model in the background. Downloads it if it is missing. */
  begin(): void
  state(): RerankerState
  /** Scores how well each text answers the query. Throws if that takes too long. */
  score(query: string, texts: string[], timeout_ms: number): Promise<number[]>
  close(): Promise<void>
}
