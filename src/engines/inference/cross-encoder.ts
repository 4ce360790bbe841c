/** What reads a query and a text together, by one model. */
export type CrossEncoder = Disposable & {
  /** How well each text answers the query, in their order; scores of one query can be compared. */
  score(query: string, texts: string[], signal: AbortSignal): Promise<number[]>
}
