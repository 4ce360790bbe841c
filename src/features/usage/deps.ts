import type { EngineDeps } from "../../engines/deps"
import type { Reservations } from "./budget-reservations"

/** What recording calls and holding budgets takes. */
export type UsageDeps = EngineDeps & { reservations: Reservations }
