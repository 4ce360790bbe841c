import type { EngineDeps } from "../../engines/deps"
import type { RunHistory } from "./run-history"

export type AgentDeps = EngineDeps & { runHistory: RunHistory }
