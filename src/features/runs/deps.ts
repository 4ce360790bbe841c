import type { DocumentDeps } from "../documents/deps"
import type { UsageDeps } from "../usage/deps"

/** What the steps of a run are executed with. */
export type StepDeps = UsageDeps & DocumentDeps
