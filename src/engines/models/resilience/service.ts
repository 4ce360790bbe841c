import type { SettingName } from "../../../platform/config/settings"
import type { Answered, CallOptions, Described, ModelRequest } from "../model"
import type { Fetch } from "./connection"
import type { Limits } from "./limits"

/** The protocol of one service. `resilient` turns it into a provider. */
export interface Service extends Described {
  /** The setting with its address. */
  readonly address_setting: SettingName
  /** Overrides the standard limits. */
  readonly limits?: Partial<Limits>
  /**
   * Makes one request through `fetch`, without retries. A service without HTTP enforces
   * `idle_timeout_ms` itself. Throws `llmError` for failures of the protocol; any other error
   * counts as an answer that broke off.
   */
  attempt(request: ModelRequest, options: AttemptOptions): Promise<Answered>
}
export type AttemptOptions = CallOptions & { fetch: Fetch; idle_timeout_ms: number }
