import type { SettingName } from "../../../platform/config/settings"
import type { Answered, CallOptions, Checked, Described, ModelRequest } from "../model"
import { type BreakerLimits, standardBreaker } from "./breaker"
import type { ConnectionLimits, Fetch } from "./connection"

export type Limits = ConnectionLimits & {
  retries_max: number
  /** The pause before the first retry, unless the service asks for another. Doubles each time. */
  backoff_ms: number
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

/** The protocol of one service. `resilient` turns it into a provider. */
export interface Service extends Described {
  readonly address_setting: SettingName
  readonly limits?: Partial<Limits>
  /**
   * Makes one request through `fetch`, without retries. A service without HTTP enforces
   * `idle_timeout_ms` itself. Errors other than `llmError` count as an answer that broke off.
   */
  attempt(request: ModelRequest, options: AttemptOptions): Promise<Answered>
  /** Asks something that costs nothing. Throws like `attempt`. */
  check(fetch: Fetch): Promise<Pick<Checked, "sentence" | "models">>
}
export type AttemptOptions = CallOptions & { fetch: Fetch; idle_timeout_ms: number }
