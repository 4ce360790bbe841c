import type { EngineDeps } from "../../engines/deps"
import type { Conversions } from "./conversions"

/** What storing documents takes. */
export type DocumentDeps = EngineDeps & {
  /** Documents being read in the background. */
  conversions: Conversions
}
