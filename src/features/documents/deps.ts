import type { EngineDeps } from "../../engines/deps"
import type { Conversions } from "./conversions"

export type DocumentDeps = EngineDeps & {
  conversions: Conversions
}
