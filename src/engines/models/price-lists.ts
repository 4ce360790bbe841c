import type { ProviderName } from "./model"

/** USD per million tokens. Cache reads and writes have their own prices. */
export type Price = { input: number; output: number; cached: number; cache_written: number }

export type ModelPrice = Price & {
  /** Applies to all tokens of a call whose prompt has more than `over_tokens`. */
  long_prompt?: (Price & { over_tokens: number }) | undefined
}

/** One provider's prices on the date `as_of`. */
export type PriceList = {
  as_of: string
  source?: string | undefined
  models: Record<string, ModelPrice>
}

export type PriceLists = { readonly [Provider in ProviderName]?: PriceList | undefined }

/**
 * Copied from published price lists. Cache writes are priced for five minutes, which is what we
 * request. An unknown price gives an unknown cost, never a guess.
 */
export const knownPrices: PriceLists = {
  anthropic: {
    as_of: "2026-10-24",
    source: "https://platform.claude.com/docs/en/about-claude/pricing",
    models: {
      "claude-sonnet-5-5": { input: 2, output: 10, cached: 0.1, cache_written: 2.5 },
      "claude-haiku-5-5": {
        ...{ input: 0.1, output: 0.5, cached: 0.01, cache_written: 0.125 },
        long_prompt: {
          ...{ input: 0.5, output: 2.5, cached: 0.05, cache_written: 0.625 },
          over_tokens: 100_000,
        },
      },
      "claude-opus-5-5": { input: 4, output: 20, cached: 0.2, cache_written: 5 },
      "claude-sonnet-5": { input: 2, output: 10, cached: 0.2, cache_written: 2.5 },
      "claude-opus-5": { input: 5, output: 25, cached: 0.5, cache_written: 6.25 },
      "claude-haiku-4-5": { input: 1, output: 5, cached: 0.1, cache_written: 1.25 },
    },
  },
}
