import type { Document } from "../../src/documents/schema"
import type { Run } from "../../src/runs/schema"
import type { WorkflowNode } from "../../src/workflows/node"
import { Empty } from "../empty"
import { Icon } from "../icon"
import { type Frame, Layout } from "../layout"
import { RunList } from "../runs/list"
import { Graph } from "./graph"
import { StartForm, type StartFormProps } from "./start"

export type WorkflowPageProps = Frame & {
  /** A workflow as stored, or a preset under its name as id. */
  workflow: { id: string; name: string; description: string; nodes: WorkflowNode[] }
  documents: Document[]
  runs: Run[]
  models?: StartFormProps["models"]
}

export function WorkflowPage(props: WorkflowPageProps): JSX.Element {
  const { workflow, documents, runs, models, ...frame } = props
  const url = `/workflows/${workflow.id}`
  return (
    <Layout title={workflow.name} current="workflows" {...frame}>
      <header class="page-head">
        <nav aria-label="Breadcrumb" class="crumbs">
          <a href="/workflows">
            <Icon name="back" />
            Workflows
          </a>
        </nav>
        <h1 safe>{workflow.name}</h1>
        <p class="lead" safe>
          {workflow.description}
        </p>
      </header>
      <section aria-label="Steps" class="panel run-graph">
        <Graph nodes={workflow.nodes} />
      </section>
      <section aria-labelledby="start-head" class="panel">
        <h2 id="start-head">Start it</h2>
        <StartForm action={`${url}/start`} documents={documents} models={models} />
        {documents.length === 0 && (
          <p class="muted">
            There are no documents yet. It runs without, but the results get better with{" "}
            <a href="/documents">documents to read</a>.
          </p>
        )}
      </section>
      <StepNotes nodes={workflow.nodes} />
      <section aria-labelledby="runs-head">
        <h2 id="runs-head">Runs</h2>
        <RunList id="workflow-runs" url={url} runs={runs} follow="runs">
          <Empty icon="workflows" title="Not run yet">
            Say what you want above and start it; each run is kept here.
          </Empty>
        </RunList>
      </section>
    </Layout>
  )
}

function StepNotes({ nodes }: { nodes: WorkflowNode[] }): JSX.Element {
  const described = nodes.filter(({ description }) => description)
  if (described.length === 0) return ""
  return (
    <details class="fold" id="step-notes">
      <summary>What each step does</summary>
      <dl class="notes">
        {described.map(({ name, description }) => (
          <>
            <dt safe>{name}</dt>
            <dd safe>{description ?? ""}</dd>
          </>
        ))}
      </dl>
    </details>
  )
}
