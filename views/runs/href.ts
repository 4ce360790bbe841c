import type { Run } from "../../src/features/runs/schema"

/** The page of a run with one of its nodes, an item of it, or one version of what it made. */
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
 * Where scripts run, only what is about the run is fetched; what the page asks for by itself
 * meanwhile must not come after it.
 */
export function swapRun(href: string): Record<string, string> {
  const run = { "hx-target": "#run", "hx-select": "#run", "hx-sync": "#run:replace" }
  return { ...run, "hx-get": href, "hx-swap": "outerMorph", "hx-push-url": "true" }
}
