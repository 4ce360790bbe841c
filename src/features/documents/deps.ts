import type { EngineDeps } from "../../engines/deps"
import type { Conversions } from "./conversions"

/** What the documents feature needs. */
export type DocumentDeps = EngineDeps & {
  /** Converts documents in the background. */
  conversions: Conversions
}
