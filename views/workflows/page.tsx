import { escapeHtml } from "@kitajs/html"
import type { Picker } from "../../src/features/library/schema"
import type { Run } from "../../src/features/runs/schema"
import type { Frame } from "../../src/platform/http/schema"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { Empty } from "../empty"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { RunList } from "../runs/list"
import { Graph } from "./graph"
import { StartForm, type StartFormProps } from "./start"
import { StepList } from "./steps"

export type WorkflowPageProps = Frame & {
  /** A stored workflow, or a preset with its name as id. */
  workflow: { id: string; name: string; description: string; nodes: WorkflowNode[] }
  /** True if it is stored. A preset can't be changed. */
  own?: boolean
  picker: Picker
  runs: Run[]
  models?: StartFormProps["models"]
}

export function WorkflowPage(props: WorkflowPageProps): JSX.Element {
  const { workflow, own = false, picker, runs, models, ...frame } = props
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
        <div class="run-title">
          <h1 safe>{workflow.name}</h1>
          <WorkflowVerbs url={url} name={workflow.name} own={own} />
        </div>
        <p class="lead" safe>
          {workflow.description}
        </p>
      </header>
      <section aria-label="Steps" class="panel run-graph">
        <Graph nodes={workflow.nodes} />
        <StepList nodes={workflow.nodes} />
      </section>
      <section aria-labelledby="start-head" class="panel">
        <h2 id="start-head">Start it</h2>
        <StartForm action={`${url}/start`} picker={picker} models={models} />
        {picker.total === 0 && (
          <p class="muted">
            There are no documents yet. It runs without them, but gives better results with{" "}
            <a href="/documents">documents to read</a>.
          </p>
        )}
      </section>
      <section aria-labelledby="runs-head">
        <h2 id="runs-head">Runs</h2>
        <RunList id="workflow-runs" url={url} runs={runs} follow="runs">
          <Empty icon="workflows" title="Not run yet">
            Describe what you want above and start it. Its runs appear here.
          </Empty>
        </RunList>
      </section>
    </Layout>
  )
}

type VerbsProps = { url: string; name: string; own: boolean }

function WorkflowVerbs({ url, name, own }: VerbsProps): JSX.Element {
  // The renderer escapes only quotes in attributes.
  const question = escapeHtml(`Delete “${name}”? Its runs and their artifacts are deleted too.`)
  return (
    <div class="verbs">
      {own && (
        <a class="button" href={`${url}/edit`}>
          <Icon name="code" />
          Edit
        </a>
      )}
      <form method="post" action={`${url}/duplicate`}>
        <button class="button" type="submit">
          <Icon name="copy" />
          Duplicate
        </button>
      </form>
      <a class="button" href={`${url}/export`} download="">
        <Icon name="download" />
        Export
      </a>
      {own && (
        <form method="post" action={`${url}/delete`} data-confirm={question}>
          <button class="button" type="submit">
            <Icon name="trash" />
            Delete
          </button>
        </form>
      )}
    </div>
  )
}
