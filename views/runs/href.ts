import type { Run } from "../../src/features/runs/schema"

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
