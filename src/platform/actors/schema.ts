/** How a request came to Amelia: the ways that an audit entry can name. */
export const ways = ["page", "terminal", "token", "program"] as const
export type Way = (typeof ways)[number]

/** The sender of a request that changes something. */
export type Actor = {
  via: Way
  /** The program's name, such as "firefox" or "curl"; null where the system doesn't tell. */
  program: string | null
  /** Whether a page or a terminal has proven that a person is there. */
  isPresent: boolean
}
