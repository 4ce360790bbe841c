import type { Agent } from "../../src/features/agents/schema"
import type { Artifact, Run } from "../../src/features/runs/schema"
import { costNote, formatCount, formatPercent } from "../format"
import { Icon } from "../icon"
import { ArtifactView } from "../runs/artifact"
import { ModelNote } from "../runs/head"
import { Retry } from "../runs/remedy"
import { runIsOver, StatusPill } from "../runs/status"
import { Writing } from "../runs/writing"
import { Elapsed } from "../time"

type AgentStateProps = {
  agent: Agent
  run: Run | undefined
  /** What its model has written so far. */
  written: string
}

/** The status of its latest run. Refreshes itself. */
export function AgentState({ agent, run, written }: AgentStateProps): JSX.Element {
  const { id, status, error } = agent
  return (
    <section
      id="agent-state"
      class="step"
      aria-label="Latest run"
      data-follow={`agent:${id}`}
      hx-get={`/agents/${id}`}
      hx-select="#agent-state"
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      <div class="agent-bar">
        <StatusPill status={status} />
        {run ? <RunFacts run={run} /> : null}
        {run && !runIsOver(run.status) ? <StopForm agent={agent} /> : null}
      </div>
      {run && status === "running" ? <Working agent={agent} run={run} written={written} /> : null}
      {status === "failed" && (
        <div class="callout" data-tone="bad">
          <Icon name="alert" />
          <div>
            <p class="error-text" safe>
              {error ?? "It failed."}
            </p>
            {run ? <Retry run={run} /> : null}
          </div>
        </div>
      )}
    </section>
  )
}

type AgentOutputProps = { agent: Agent; run: Run | undefined; artifact: Artifact | undefined }

/** The artifact of its latest run. Refreshes itself. */
export function AgentOutput({ agent, run, artifact }: AgentOutputProps): JSX.Element {
  return (
    <section
      id="agent-output"
      class="step"
      aria-label="Result of the latest run"
      data-follow={`agent:${agent.id}`}
      hx-get={`/agents/${agent.id}`}
      hx-select="#agent-output"
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      {run && artifact ? <ArtifactView run={run} artifact={artifact} /> : null}
    </section>
  )
}

function RunFacts({ run }: { run: Run }): JSX.Element {
  const nodes = Object.values(run.nodes)
  const tokens = nodes.reduce((sum, { usage }) => sum + usage.input_tokens + usage.output_tokens, 0)
  return (
    <ul class="facts-line">
      <li>
        <a href={`/runs/${run.id}`} safe>
          {run.input.query.slice(0, 80)}
        </a>
      </li>
      <li>
        <Elapsed from={run.started_at} to={run.completed_at} />
      </li>
      {tokens > 0 && (
        <li class="number" safe>
          {`${formatCount(tokens)} tokens`}
        </li>
      )}
      <li class="number" safe>
        {costNote(run)}
      </li>
      <ModelNote models={nodes.flatMap(({ model }) => model ?? [])} />
    </ul>
  )
}

function StopForm({ agent }: { agent: Agent }): JSX.Element {
  const confirm = "Stop this agent? Unfinished work is lost."
  return (
    <form method="post" action={`/agents/${agent.id}/stop`} data-confirm={confirm}>
      <button class="button" type="submit">
        <Icon name="stop" />
        Stop
      </button>
    </form>
  )
}

function Working({ agent, run, written }: AgentStateProps & { run: Run }): JSX.Element {
  const node = run.graph_definition.nodes[0]?.id ?? ""
  const topic = `node:${run.id}/${node}`
  return (
    <div class="working">
      <progress
        max="1"
        value={agent.progress}
        data-progress={topic}
        aria-label="Progress"
      ></progress>
      <p class="muted">
        <span data-message={topic} safe>
          {agent.message || "It starts as soon as a slot is free."}
        </span>
        <span class="number" data-progress-text={topic} safe>
          {formatPercent(agent.progress)}
        </span>
      </p>
      <Writing run={run.id} node={node} text={written} />
    </div>
  )
}
