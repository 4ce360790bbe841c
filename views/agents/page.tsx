import { escapeHtml } from "@kitajs/html"
import type { Agent } from "../../src/features/agents/schema"
import type { Picker } from "../../src/features/library/schema"
import type { Artifact, LogLine, Run } from "../../src/features/runs/schema"
import type { Frame } from "../../src/platform/http/schema"
import type { CallTotals } from "../../src/platform/shapes/cost"
import { Empty } from "../empty"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { RunList } from "../runs/list"
import { Log } from "../runs/log"
import { StartForm } from "../workflows/start"
import { AgentForm, type AgentFormProps } from "./form"
import { SessionStart } from "./session"
import { AgentOutput, AgentState } from "./state"
import { AgentTotals } from "./totals"

export type AgentPageProps = Frame &
  Pick<AgentFormProps, "sources" | "models"> & {
    agent: Agent
    /** Documents to start it with. */
    picker: Picker
    /** Newest first. */
    runs: Run[]
    /** The artifact of the latest run. */
    artifact: Artifact | undefined
    /** What its model has written so far. */
    written: string
    log: LogLine[]
    /** Of all its runs. */
    totals: CallTotals
  }

export function AgentPage(props: AgentPageProps): JSX.Element {
  const { agent, runs, artifact, written, log, totals, picker, sources, models, ...frame } = props
  const url = `/agents/${agent.id}`
  return (
    <Layout title={agent.name} current="agents" {...frame}>
      <AgentHead agent={agent} />
      <section class="panel" aria-labelledby="start-head">
        <h2 id="start-head">Start it</h2>
        <StartForm action={`${url}/start`} picker={picker}>
          {agent.type === "claude_code" ? <SessionStart newest={runs[0]} /> : null}
        </StartForm>
      </section>
      <AgentState agent={agent} run={runs[0]} written={written} />
      <section aria-labelledby="log-head">
        <h2 id="log-head">Log</h2>
        <Log id="log" url={url} follow={`log:${agent.id}`} lines={log} />
      </section>
      <AgentOutput agent={agent} run={runs[0]} artifact={artifact} />
      <section aria-labelledby="runs-head">
        <h2 id="runs-head">Runs</h2>
        <AgentTotals id={agent.id} totals={totals} />
        <RunList id="agent-runs" url={url} runs={runs} follow={`agent:${agent.id}`}>
          <Empty icon="agents" title="Not run yet">
            Describe what you want above and start it. Its runs appear here.
          </Empty>
        </RunList>
      </section>
      <details class="panel fold" id="change">
        <summary>
          <h2>Edit it</h2>
        </summary>
        <AgentForm action={url} agent={agent} sources={sources} models={models} />
      </details>
    </Layout>
  )
}

function AgentHead({ agent }: { agent: Agent }): JSX.Element {
  const { id, name, type, config } = agent
  // The renderer escapes only quotes in attributes.
  const question = escapeHtml(`Delete “${name}”? Its runs and their artifacts are deleted too.`)
  return (
    <header class="page-head">
      <nav aria-label="Breadcrumb" class="crumbs">
        <a href="/agents">
          <Icon name="back" />
          Agents
        </a>
      </nav>
      <div class="run-title">
        <h1 safe>{name}</h1>
        <div class="run-verbs">
          <a class="button" href={`/chat?model=amelia/agent:${id}`}>
            <Icon name="chat" />
            Chat
          </a>
          <form method="post" action={`/agents/${id}/delete`} data-confirm={question}>
            <button class="button" type="submit">
              <Icon name="trash" />
              Delete
            </button>
          </form>
        </div>
      </div>
      {config.description ? (
        <p class="lead" safe>
          {config.description}
        </p>
      ) : null}
      <ul class="facts-line">
        <li safe>{`${type} agent`}</li>
        <li>
          <code safe>{config.model}</code>
        </li>
        <li>{config.context_sources.length > 0 ? "Own sources" : "All documents"}</li>
      </ul>
    </header>
  )
}
