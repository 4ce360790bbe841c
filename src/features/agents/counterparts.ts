import type { EngineDeps } from "../../engines/deps"
import type { AgentConfig } from "../../platform/shapes/agent"
import { currentSettings } from "../settings/service"
import { configOf } from "./config"
import * as store from "./store"

/** An agent to talk to. `key` is its name, or its id if a newer agent has the same name. */
export type Counterpart = { id: string; key: string; config: AgentConfig; createdAt: Date }

const AGENTS_MAX = 1000

/** Lists the agents, newest first. */
export async function listCounterparts(
  deps: Pick<EngineDeps, "db" | "config">,
): Promise<Counterpart[]> {
  const rows = await store.listAgents(deps.db, { limit: AGENTS_MAX })
  const settings = await currentSettings(deps)
  const taken = new Set<string>()
  return rows.map((row) => {
    const { id, name, createdAt } = row
    const key = taken.has(name) ? id : name
    taken.add(name)
    return { id, key, config: configOf(row, settings), createdAt }
  })
}
