import { type BreakerLimits, standardBreaker } from "./breaker"
import type { ConnectionLimits } from "./connection"

export type Limits = ConnectionLimits & {
  retries_max: number
  /** The pause before the first retry, unless the service asks for another. Doubles each time. */
  backoff_ms: number
  /** The most concurrent calls; others wait. */
  concurrency: number
  breaker: BreakerLimits
}

export const standardLimits: Limits = {
  header_timeout_ms: 60_000,
  idle_timeout_ms: 90_000,
  answer_bytes_max: 64 * 1024 ** 2,
  retries_max: 2,
  backoff_ms: 500,
  concurrency: 8,
  breaker: standardBreaker,
}
