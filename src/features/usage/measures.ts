import { z } from "zod"
import type {
  CallOptions,
  ModelAnswer,
  ModelRequest,
  ProviderName,
  TokenUsage,
} from "../../engines/models/model"
import { costOf, type Prices } from "../../engines/models/prices"
import type { NewCall } from "../../platform/db/schema/calls"
import type { AppError } from "../../platform/errors"

export type Of = { provider: ProviderName; model: string }
export type Spent = { usage: TokenUsage | null; cost_usd: number | null }
export type Outcome<T> = { response: T; measures?: Partial<NewCall> }

export function failureOf({ message, name, details }: AppError) {
  const retries = Number(details.retries ?? 0)
  const requestId = typeof details.request_id === "string" ? details.request_id : null
  return { error: message, errorName: name, response: details, retries, requestId }
}

export async function measured(
  prices: Prices,
  of: Of,
  options: CallOptions,
  answer: (options: CallOptions) => Promise<ModelAnswer>,
): Promise<Outcome<ModelAnswer>> {
  const started = performance.now()
  let firstTokenMs: number | undefined
  const response = await answer({
    ...options,
    onDelta: (text) => {
      firstTokenMs ??= performance.now() - started
      options.onDelta(text)
    },
  })
  const { usage, cost_usd = null, retries, request_id: requestId } = response
  const spent = measuresOf(prices, of, { usage, cost_usd })
  return { response, measures: { firstTokenMs, retries, requestId, ...spent } }
}

export function measuresOf(prices: Prices, of: Of, { usage, cost_usd }: Spent) {
  return {
    inputTokens: usage?.input,
    outputTokens: usage?.output,
    cachedTokens: usage?.cached,
    costUsd: cost_usd ?? costOf(prices, of.provider, of.model, usage),
  }
}

const spentShape = z.object({
  usage: z
    .object({
      input: z.number(),
      output: z.number(),
      cached: z.number(),
      cache_written: z.number(),
    })
    .nullable()
    .catch(null),
  cost_usd: z.number().nullable().catch(null),
})

/** Returns what a failed call had used, as far as its error says. */
export function spentBefore(prices: Prices, of: Of, { details }: AppError) {
  return measuresOf(prices, of, spentShape.parse(details))
}

/** Returns the request without the parts that can't be stored. */
export function body({ system, messages, max_tokens, temperature, output, tools }: ModelRequest) {
  const offered = tools && { tools: tools.map(({ name }) => name) }
  return { system, messages, max_tokens, temperature, output: output?.name ?? null, ...offered }
}

export function hashOf(request: unknown): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(request)).digest("hex")
}
