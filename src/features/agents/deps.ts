import type { EngineDeps } from "../../engines/deps"
import type { RunHistory } from "./run-history"

/** Dependencies for managing agents and workflows. */
export type AgentDeps = EngineDeps & { runHistory: RunHistory }
