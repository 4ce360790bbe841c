import type { TokenUsage } from "./model"

/** USD per million tokens. Reading from and writing to a cache have prices of their own. */
export type Price = { input: number; output: number; cached: number; cache_written: number }

/** Prices of one provider's models as its price list had them on `as_of`. */
type PriceList = { as_of: string; source: string; models: Record<string, Price> }

/**
 * Only what a price list was seen to say. It is empty for Anthropic because no list for its present
 * models was at hand; an unknown price makes an unknown cost, never a guess.
 */
const priceLists: Readonly<Record<string, PriceList>> = {}

const free: Price = { input: 0, output: 0, cached: 0, cache_written: 0 }

/** The price of a model, null if unknown. What runs on a machine of one's own costs nothing. */
export function priceOf(provider: string, model: string): Price | null {
  return isOwn(provider, model) ? free : (priceLists[provider]?.models[model] ?? null)
}

/** Ollama serves models of its cloud too, whose names end so. */
function isOwn(provider: string, model: string): boolean {
  return provider === "offline" || (provider === "ollama" && !/[:-]cloud$/.test(model))
}

/** The cost of one call in USD, null if the price or the usage is unknown. */
export function costOf(provider: string, model: string, usage: TokenUsage | null): number | null {
  if (isOwn(provider, model)) return 0
  const price = priceOf(provider, model)
  if (!price || !usage) return null
  const fresh = usage.input - usage.cached - usage.cache_written
  const total =
    fresh * price.input +
    usage.output * price.output +
    usage.cached * price.cached +
    usage.cache_written * price.cache_written
  return total / 1_000_000
}
