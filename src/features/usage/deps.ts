import type { EngineDeps } from "../../engines/deps"
import type { Reservations } from "./budget-reservations"

export type UsageDeps = EngineDeps & { reservations: Reservations }
