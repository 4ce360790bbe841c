import { z } from "zod"
import { providerNames } from "./model"

const usd = z
  .number("it must be USD per million tokens")
  .min(0, "it must be USD per million tokens, 0 or more")
const price = { input: usd, output: usd, cached: usd.optional(), cache_written: usd.optional() }

/** Cache prices default to the input price. */
function withCache<T extends z.output<z.ZodObject<typeof price>>>(given: T) {
  return {
    ...given,
    cached: given.cached ?? given.input,
    cache_written: given.cache_written ?? given.input,
  }
}
/** Applies to all tokens of a call whose prompt has more than `over_tokens`. */
const longPrompt = z.strictObject({ ...price, over_tokens: z.int().positive() })
const modelPrice = z
  .strictObject({ ...price, long_prompt: longPrompt.transform(withCache).optional() })
  .transform(withCache)

/** Each provider's prices on the date `as_of`. */
export const priceLists = z.partialRecord(
  z.enum(providerNames),
  z.strictObject({
    as_of: z.iso.date("it must be a date such as 2026-11-23"),
    source: z.url().optional(),
    models: z.record(z.string(), modelPrice),
  }),
)
export type PriceLists = z.output<typeof priceLists>
/** USD per million tokens. */
export type ModelPrice = z.output<typeof modelPrice>
export type Price = Omit<ModelPrice, "long_prompt">

/** Copied from published price lists, with cache writes for five minutes, as we request. */
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
