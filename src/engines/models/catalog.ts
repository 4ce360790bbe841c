import type { Catalog, ModelInfo } from "./model"

/** How long a list may take, and is believed; one that could not be had is asked for again soon. */
export const CATALOG_TIMEOUT_MS = 3000
const KEPT_MS = 5 * 60_000
const FAILED_KEPT_MS = 10_000

/** A model of which nothing but its name is known. */
export function nameOnly(model: string): ModelInfo {
  return { model, name: null, context_window: null, max_output: null, capabilities: null }
}

/** The list of a service, kept for some minutes; `known` takes its place while it can't be had. */
export function catalogOf(
  title: string,
  known: readonly ModelInfo[],
  list: () => Promise<ModelInfo[]>,
): () => Promise<Catalog> {
  let last: { until: number; catalog: Promise<Catalog> } | undefined
  const look = () =>
    list().then(
      (models): Catalog => ({ models, problem: null }),
      (): Catalog => ({ models: known, problem: `${title} did not give its list of models.` }),
    )
  return () => {
    const now = performance.now()
    if (last && now < last.until) return last.catalog
    const entry = { until: now + KEPT_MS, catalog: look() }
    last = entry
    entry.catalog.then(({ problem }) => {
      if (problem) entry.until = performance.now() + FAILED_KEPT_MS
    })
    return entry.catalog
  }
}
