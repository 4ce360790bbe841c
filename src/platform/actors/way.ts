import type { Actor } from "./schema"

/** How a change came, to follow what was done: "approved on a page (firefox)". */
export function describeWay({ via, program }: Pick<Actor, "via" | "program">): string {
  const ways = {
    page: "on a page",
    terminal: "at a terminal",
    token: "with the API token",
    program: "by a program",
  } satisfies Record<Actor["via"], string>
  return program && via !== "terminal" ? `${ways[via]} (${program})` : ways[via]
}
