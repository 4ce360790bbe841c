/** One page of a list: up to `limit` rows, older than the row `before`. */
export type Page = { limit: number; before?: string }
