import type { DocumentDeps } from "../documents/deps"
import type { UsageDeps } from "../usage/deps"

export type StepDeps = UsageDeps & DocumentDeps
