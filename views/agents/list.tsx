import type { Agent } from "../../src/features/agents/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Empty } from "../empty"
import { Layout } from "../layout"
import { AgentCard } from "./card"
import { AgentForm, type AgentFormProps } from "./form"

export type AgentListProps = Frame &
  Pick<AgentFormProps, "sources" | "models"> & { agents: Agent[] }

export function AgentListPage(props: AgentListProps): JSX.Element {
  const { agents, sources, models, ...frame } = props
  const choices = { sources, models }
  return (
    <Layout title="Agents" current="agents" {...frame}>
      <header class="page-head">
        <h1>Agents</h1>
        <p class="lead">Each does one task, with its own instructions and sources.</p>
      </header>
      <section
        id="agents"
        aria-label="All agents"
        data-follow="agents"
        hx-get="/agents"
        hx-select="#agents"
        hx-swap="outerMorph"
        hx-trigger="amelia:changed"
      >
        {agents.length === 0 ? (
          <Empty icon="agents" title="No agents yet">
            Create one below: give it a name and say what it does. Then start it with a question.
          </Empty>
        ) : (
          <div class="cards">
            {agents.map((agent) => (
              <AgentCard agent={agent} />
            ))}
          </div>
        )}
      </section>
      <section class="panel" aria-labelledby="new-head">
        <h2 id="new-head">New agent</h2>
        <AgentForm action="/agents" {...choices} />
      </section>
    </Layout>
  )
}
