import type { EngineDeps } from "../../engines/deps"
import type { Conversions } from "./conversions"

/** Dependencies for storing documents. */
export type DocumentDeps = EngineDeps & {
  /** Converts documents in the background. */
  conversions: Conversions
}
