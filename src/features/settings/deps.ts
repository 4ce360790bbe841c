import type { EngineDeps } from "../../engines/deps"
import type { ProviderTest } from "./schema"

/** What changing settings takes. */
export type SettingsDeps = EngineDeps & {
  /** Told when a budget changes, so that runs waiting for one can go on. */
  runs: { moreMoney(): Promise<void> }
}

/** Asks a provider one small question. Throws NotFoundError for an unknown name. */
export type TestProvider = (name: string, timeout_ms: number) => Promise<ProviderTest>
