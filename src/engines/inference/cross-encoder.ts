/** A model that reads a query and a text together. */
export type CrossEncoder = Disposable & {
  /** Scores how well each text answers the query. Scores are comparable within one query. */
  score(query: string, texts: string[], signal: AbortSignal): Promise<number[]>
}
