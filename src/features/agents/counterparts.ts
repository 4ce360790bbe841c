import type { EngineDeps } from "../../engines/deps"
import type { AgentConfig } from "../../platform/shapes/agent"
import { currentSettings } from "../settings/service"
import { configOf } from "./config"
import * as store from "./store"

/** The prefix of an agent's name or id where an agent can be chosen instead of a model. */
export const AGENT = "amelia/agent:"

/** An agent to talk to. `key` is its name, or its id if a newer agent has the same name. */
export type Counterpart = { id: string; key: string; config: AgentConfig; createdAt: Date }

type CounterpartDeps = Pick<EngineDeps, "db" | "config">

const AGENTS_MAX = 1000

/** Lists the agents, newest first. */
export async function listCounterparts(deps: CounterpartDeps): Promise<Counterpart[]> {
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

export function namesAgent(model: string): boolean {
  return model.startsWith(AGENT)
}

/** Finds the agent that is chosen instead of a model. */
export async function findCounterpart(
  deps: CounterpartDeps,
  model: string,
): Promise<Counterpart | undefined> {
  const key = model.slice(AGENT.length)
  const agents = await listCounterparts(deps)
  return agents.find((it) => it.key === key) ?? agents.find((it) => it.id === key)
}
