import type { EngineDeps } from "../../engines/deps"
import type { RunHistory } from "./run-history"

/** What managing agents and workflows takes. */
export type AgentDeps = EngineDeps & { runHistory: RunHistory }
