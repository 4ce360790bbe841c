import type { EngineDeps } from "../../engines/deps"
import type { ProviderTest } from "./schema"

export type SettingsDeps = EngineDeps & {
  /** `moreMoney` is called when a budget changes, so that runs waiting for one can go on. */
  runs: { moreMoney(): Promise<void> }
}

/** Asks a provider one small question. Throws NotFoundError for an unknown name. */
export type TestProvider = (name: string, timeout_ms: number) => Promise<ProviderTest>
