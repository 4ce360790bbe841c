import type { EngineDeps } from "../../engines/deps"
import type { Reservations } from "./budget-reservations"

/** Dependencies for recording calls and enforcing budgets. */
export type UsageDeps = EngineDeps & { reservations: Reservations }
