import type { Agent } from "../../src/features/agents/schema"
import { Icon } from "../icon"
import { StatusPill } from "../runs/status"
import { Ago } from "../time"
import { typeIcons, typeNotes } from "./type"

export function AgentCard({ agent }: { agent: Agent }): JSX.Element {
  const { id, name, type, status, config } = agent
  return (
    <article class="card agent-card" id={`agent-${id}`}>
      <h2>
        <Icon name={typeIcons[type]} />
        <a class="card-link" href={`/agents/${id}`} safe>
          {name}
        </a>
      </h2>
      <p class="muted agent-about" safe>
        {config.description || config.system_prompt || typeNotes[type]}
      </p>
      <p class="card-foot muted">
        <StatusPill status={status} />
        <span>{type}</span>
        <Ago at={agent.started_at ?? agent.created_at} />
      </p>
    </article>
  )
}
