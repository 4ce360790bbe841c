import type { Run, RunQuery } from "../../src/features/runs/schema"

/** Runs on a page of the list, unless its URL says otherwise. */
export const RUNS_LISTED = 50

type RunsPage = { before?: string | undefined; limit: number }

/** Returns the link to a page of the list of runs with these filters. */
export function runsHref({ limit, ...filter }: RunQuery & RunsPage): string {
  const chosen = Object.entries(filter).filter(([, value]) => value)
  if (limit !== RUNS_LISTED) chosen.push(["limit", String(limit)])
  const query = new URLSearchParams(chosen)
  return chosen.length > 0 ? `/runs?${query}` : "/runs"
}

/** Returns the link to a node of a run, to an item of it, or to a version of its artifact. */
export function nodeHref(
  { id }: Pick<Run, "id">,
  node: string,
  more: Record<string, number> = {},
): string {
  const query = new URLSearchParams({ node })
  for (const [name, value] of Object.entries(more)) query.set(name, String(value))
  return `/runs/${id}?${query}`
}

/**
 * Attributes that swap only the run part of the page if scripts run. Replaces refreshes that are
 * under way, so that an older response can't arrive later.
 */
export function swapRun(href: string): Record<string, string> {
  const run = { "hx-target": "#run", "hx-select": "#run", "hx-sync": "#run:replace" }
  return { ...run, "hx-get": href, "hx-swap": "outerMorph", "hx-push-url": "true" }
}
