import { imagesOf, inWords, TOKENS_AN_IMAGE } from "./images"
import type { ModelRequest, ProviderName, TokenUsage } from "./model"
import type { ModelPrice, Price, PriceLists } from "./price-lists"
import { schemaOf } from "./structured"

/** If two lists have a model, the first one wins. */
export type Prices = readonly PriceLists[]

/** English prose has at least four bytes per token; few texts have less than two. */
const BYTES_A_TOKEN_LEAST = 2

const free: Price = { input: 0, output: 0, cached: 0, cache_written: 0 }

/** Returns a model's price, or null if unknown. Models on the user's own machine are free. */
function priceOf(prices: Prices, provider: ProviderName, model: string): ModelPrice | null {
  if (isOwn(provider, model)) return free
  const found = prices.map((lists) => lists[provider]?.models).find((it) => it && model in it)
  return found?.[model] ?? null
}

/** True for models on the user's own machine. Names of Ollama's cloud models end in `cloud`. */
function isOwn(provider: ProviderName, model: string): boolean {
  return provider === "offline" || (provider === "ollama" && !/[:-]cloud$/.test(model))
}

function forPrompt(price: ModelPrice, tokens: number): Price {
  const { long_prompt } = price
  return long_prompt && tokens > long_prompt.over_tokens ? long_prompt : price
}

/** Returns the cost of a call in USD, or null if the price or the usage is unknown. */
export function costOf(
  prices: Prices,
  provider: ProviderName,
  model: string,
  usage: TokenUsage | null,
): number | null {
  if (isOwn(provider, model)) return 0
  const found = priceOf(prices, provider, model)
  if (!found || !usage) return null
  const price = forPrompt(found, usage.input)
  const fresh = usage.input - usage.cached - usage.cache_written
  const total =
    fresh * price.input +
    usage.output * price.output +
    usage.cached * price.cached +
    usage.cache_written * price.cache_written
  return total / 1_000_000
}

/**
 * Returns the most that a call may cost in USD, assuming no cache reads, a high estimate of the
 * prompt's tokens and the longest answer. Null if the price is unknown.
 */
export function worstCaseOf(
  prices: Prices,
  provider: ProviderName,
  { model, system, messages, max_tokens, output }: ModelRequest,
): number | null {
  const found = priceOf(prices, provider, model)
  if (!found) return null
  const images = messages.reduce((sum, message) => sum + imagesOf(message).length, 0)
  const prompt = JSON.stringify([system, messages.map(inWords), output && schemaOf(output)])
  const text = Math.ceil(Buffer.byteLength(prompt) / BYTES_A_TOKEN_LEAST)
  const tokens = text + images * TOKENS_AN_IMAGE
  const price = forPrompt(found, tokens)
  const input = tokens * Math.max(price.input, price.cache_written)
  return (input + max_tokens * price.output) / 1_000_000
}
