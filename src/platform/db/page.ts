/** Which part of a list is wanted: at most `limit` rows, older than the row `before`. */
export type Page = { limit: number; before?: string }
