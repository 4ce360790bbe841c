/** How a provider and its key are called, where it has one. */
type Named = { title: string; key_setting?: string }
type Refusal = {
  /** Null for an error inside a stream that began well. */
  status: number | null
  /** What the service itself says. */
  said?: string | null | undefined
  retry_after_s?: number | undefined
}

/** What an error answer means, in a sentence that says what to do about it. */
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
      return `The credit for this ${key} does not suffice.${said}`
    case 403:
      return `This ${key} may not do that.${said}`
    case 404:
      return `${title} does not know this model, or the key may not use it.${said}`
    case 413:
      return `The request is larger than ${title} takes: use fewer or shorter documents.`
    case 429:
      return `${title}'s rate limit is reached${wait ? `; it opens in ${wait} s` : ""}.${said}`
    case 529:
      return `${title} is overloaded: try again later.`
  }
  if (status >= 500) return `${title} failed with status ${status}.${said}`
  return `${title} refused the request with status ${status}.${said}`
}

/** Why an answer that ended is still not whole, in the words of all providers. */
export const unfinished = {
  tokens: "The answer was cut off at the limit of output tokens: raise max_tokens.",
  context: "The answer was cut off where the model's context window ends: give it less to read.",
  refused: "The model refused to answer.",
  other: (reason: string) =>
    `The model stopped for a reason that Amelia did not ask for: ${reason}.`,
}
