/** How a request came to Amelia: the values that an audit entry can name. */
export const ways = ["page", "terminal", "token", "program"] as const
export type Way = (typeof ways)[number]

/** The sender of a request that changes something. */
export type Actor = {
  via: Way
  /** The program's name, such as "firefox" or "curl"; null where the system doesn't tell. */
  program: string | null
  /** True if a page or a terminal has proven that a person is present. */
  isPresent: boolean
}

/** Says how a change came, to follow the action: "approved on a page (firefox)". */
export function describeWay({ via, program }: Pick<Actor, "via" | "program">): string {
  const ways = {
    page: "on a page",
    terminal: "at a terminal",
    token: "with the API token",
    program: "by a program",
  } satisfies Record<Actor["via"], string>
  return program && via !== "terminal" ? `${ways[via]} (${program})` : ways[via]
}
