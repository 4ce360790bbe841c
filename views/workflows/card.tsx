import type { Preset, Workflow } from "../../src/features/workflows/schema"
import { plural } from "../format"
import { StatusPill } from "../runs/status"
import { Ago } from "../time"
import { Graph } from "./graph"

/** A preset. Its page is found by name, that of a stored workflow by id. */
export function PresetCard({ preset }: { preset: Preset }): JSX.Element {
  return (
    <article class="card workflow-card">
      <h3>
        <a class="card-link" href={`/workflows/${preset.name}`} safe>
          {preset.title}
        </a>
      </h3>
      <p class="muted" safe>
        {preset.description}
      </p>
      <Graph nodes={preset.nodes} id={`graph-${preset.name}`} fit />
      <p class="card-foot muted" safe>
        {plural(preset.nodes.length, "step")}
      </p>
    </article>
  )
}

export function WorkflowCard({ workflow }: { workflow: Workflow }): JSX.Element {
  return (
    <article class="card workflow-card" id={`workflow-${workflow.id}`}>
      <h3>
        <a class="card-link" href={`/workflows/${workflow.id}`} safe>
          {workflow.name}
        </a>
      </h3>
      {workflow.description ? (
        <p class="muted" safe>
          {workflow.description}
        </p>
      ) : null}
      <Graph nodes={workflow.nodes} id={`graph-${workflow.id}`} fit />
      <p class="card-foot muted">
        <StatusPill status={workflow.status} />
        <span safe>{plural(workflow.nodes.length, "step")}</span>
        {workflow.preset === null ? null : <span>Made from a preset</span>}
        <Ago at={workflow.started_at ?? workflow.created_at} />
      </p>
    </article>
  )
}
