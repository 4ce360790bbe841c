/** The names of a provider and of its key setting, if it has one. */
type Named = { title: string; key_setting?: string }
type Refusal = {
  /** Null for an error inside a stream that started normally. */
  status: number | null
  /** The service's own message. */
  said?: string | null | undefined
  retry_after_s?: number | undefined
}

/** Explains an error response and says what to do about it. */
export function refusalSentence({ title, key_setting }: Named, refusal: Refusal): string {
  const { status, retry_after_s: wait } = refusal
  const said = refusal.said ? ` It says: ${refusal.said}` : ""
  const key = key_setting ?? "key"
  if (status === null) return `${title} ended the answer with an error.${said}`
  const known: Record<number, string> = {
    401: `${title} refused the API key${key_setting ? `: check ${key_setting}` : ""}.`,
    402: `There is not enough credit for this ${key}.${said}`,
    403: `This ${key} may not do that.${said}`,
    404: `${title} doesn't know this model, or the key may not use it.${said}`,
    413: `The request is too large for ${title}: use fewer or shorter documents.`,
    429: `${title}'s rate limit is reached${wait ? `: try again in ${wait} s` : ""}.${said}`,
    529: `${title} is overloaded: try again later.`,
  }
  const what = status >= 500 ? "failed" : "refused the request"
  return known[status] ?? `${title} ${what} with status ${status}.${said}`
}

/** Reasons why an answer is incomplete, worded the same for all providers. */
export const unfinished = {
  tokens: "The answer was cut off at the output token limit: raise max_tokens.",
  context: "The answer was cut off at the end of the model's context window: give it less to read.",
  refused: "The model refused to answer.",
  other: (reason: string) => `The model stopped for an unexpected reason: ${reason}.`,
}
