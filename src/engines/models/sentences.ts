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
  switch (status) {
    case null:
      return `${title} ended the answer with an error.${said}`
    case 401:
      return `${title} refused the API key${key_setting ? `: check ${key_setting}` : ""}.`
    case 402:
      return `There is not enough credit for this ${key}.${said}`
    case 403:
      return `This ${key} may not do that.${said}`
    case 404:
      return `${title} doesn't know this model, or the key may not use it.${said}`
    case 413:
      return `The request is too large for ${title}: use fewer or shorter documents.`
    case 429:
      return `${title}'s rate limit is reached${wait ? `: try again in ${wait} s` : ""}.${said}`
    case 529:
      return `${title} is overloaded: try again later.`
  }
  if (status >= 500) return `${title} failed with status ${status}.${said}`
  return `${title} refused the request with status ${status}.${said}`
}

/** Reasons why an answer is incomplete, worded the same for all providers. */
export const unfinished = {
  tokens: "The answer was cut off at the output token limit: raise max_tokens.",
  context: "The answer was cut off at the end of the model's context window: give it less to read.",
  refused: "The model refused to answer.",
  other: (reason: string) => `The model stopped for an unexpected reason: ${reason}.`,
}
