import type { Catalog, ModelInfo } from "./model"

/** How long a service may take to list its models. */
export const CATALOG_TIMEOUT_MS = 3000
/** How long a list is cached. After a failure it is requested again sooner. */
const KEPT_MS = 5 * 60_000
const FAILED_KEPT_MS = 10_000

/** Describes a model of which only the name is known. */
export function nameOnly(model: string): ModelInfo {
  return { model, name: null, context_window: null, max_output: null, capabilities: null }
}

/** Caches a service's list for a few minutes. Returns `known` while the list is unavailable. */
export function catalogOf(
  title: string,
  known: readonly ModelInfo[],
  list: () => Promise<ModelInfo[]>,
): () => Promise<Catalog> {
  let last: { until: number; catalog: Promise<Catalog> } | undefined
  const fetchList = () =>
    list().then(
      (models): Catalog => ({ models, problem: null }),
      (): Catalog => ({ models: known, problem: `${title} did not return its list of models.` }),
    )
  return () => {
    const now = performance.now()
    if (last && now < last.until) return last.catalog
    const entry = { until: now + KEPT_MS, catalog: fetchList() }
    last = entry
    entry.catalog.then(({ problem }) => {
      if (problem) entry.until = performance.now() + FAILED_KEPT_MS
    })
    return entry.catalog
  }
}
