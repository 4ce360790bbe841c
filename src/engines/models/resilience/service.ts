import type { SettingName } from "../../../platform/config/settings"
import type { Answered, CallOptions, Described, ModelRequest } from "../model"
import type { Fetch } from "./connection"
import type { Limits } from "./limits"

/** The protocol of one service, which `resilient` makes a provider of. */
export interface Service extends Described {
  /** The setting that says where it is. */
  readonly address_setting: SettingName
  /** Where it differs from other services. */
  readonly limits?: Partial<Limits>
  /**
   * One request, made with `fetch` and never repeated; what has no HTTP watches for silence of
   * `idle_timeout_ms` by itself. What the protocol calls a failure is thrown
   * by `llmError`; whatever else is thrown counts as an answer that broke off.
   */
  attempt(request: ModelRequest, options: AttemptOptions): Promise<Answered>
}
export type AttemptOptions = CallOptions & { fetch: Fetch; idle_timeout_ms: number }
