import type { Catalog, ModelInfo } from "./model"

/** How long a service may take to list its models. */
export const CATALOG_TIMEOUT_MS = 3000
/** How long a service may take to answer a person who asks whether it is there. */
export const CHECK_TIMEOUT_MS = 8000
/** How long a list is cached. After a failure it is requested again sooner. */
export const LIST_KEPT_MS = 5 * 60_000
const KEPT_MS = 10_000

export function nameOnly(model: string): ModelInfo {
  return { model, name: null, context_window: null, max_output: null, capabilities: null }
}

/** Caches a service's list for a few minutes. Returns `known` while the list is unavailable. */
export function catalogOf(
  title: string,
  known: readonly ModelInfo[],
  list: () => Promise<ModelInfo[]>,
): () => Promise<Catalog> {
  const fetchList = () =>
    list().then(
      (models): Catalog => ({ models, problem: null }),
      (): Catalog => ({ models: known, problem: `${title} did not return its list of models.` }),
    )
  return kept(fetchList, LIST_KEPT_MS, ({ problem }) => problem !== null)
}

/** Finds models' windows in a list, which is asked for again only if it couldn't be had. */
export function windowsIn(list: () => Promise<Catalog>): (model: string) => Promise<number | null> {
  const found = new Map<string, { window: number | null; until: number }>()
  return async (model) => {
    const before = found.get(model)
    if (before && performance.now() < before.until) return before.window
    const { models, problem } = await list()
    const window = models.find((it) => it.model === model)?.context_window ?? null
    const until = problem === null ? Number.POSITIVE_INFINITY : performance.now() + LIST_KEPT_MS
    found.set(model, { window, until })
    return window
  }
}

/** Finds in a list whether models take images. */
export function sightIn(list: () => Promise<Catalog>): (model: string) => Promise<boolean | null> {
  return async (model) => {
    const found = (await list()).models.find((it) => it.model === model)
    return found?.capabilities?.includes("images") ?? null
  }
}

/**
 * Caches an answer for `kept_ms`, a failed one only briefly, so that callers rarely wait. `fresh`
 * asks anew.
 */
export function kept<T>(
  ask: (fresh: boolean) => Promise<T>,
  kept_ms = KEPT_MS,
  isFailed: (answer: T) => boolean = () => false,
): (fresh?: boolean) => Promise<T> {
  let last: { until: number; answer: Promise<T> } | undefined
  return (fresh = false) => {
    const now = performance.now()
    if (last && now < last.until && !fresh) return last.answer
    const entry = { until: now + kept_ms, answer: ask(fresh) }
    last = entry
    const shorten = (answer: T) => {
      if (isFailed(answer)) entry.until = performance.now() + KEPT_MS
    }
    entry.answer.then(shorten, () => {})
    return entry.answer
  }
}
