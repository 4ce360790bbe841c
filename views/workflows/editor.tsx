import type { Frame } from "../../src/platform/http/schema"
import type { Fault } from "../../src/platform/shapes/workflow-file"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { posted } from "../form"
import { plural } from "../format"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Graph } from "./graph"
import { StepList } from "./steps"

export type CheckProps = {
  /** All mistakes in the text. */
  faults: Fault[]
  /** The workflow's nodes, if they can be drawn. */
  nodes?: WorkflowNode[] | undefined
}

export type EditorPageProps = Frame &
  CheckProps & {
    /** The workflow to edit. Without it, the editor creates one. */
    workflow?: { id: string; name: string; version: number }
    text: string
    /** Why saving failed, and the text of a newer version if there is one. */
    refused?: { message: string; newer?: string }
  }

/** The definition as JSON, its mistakes, and its graph. */
export function EditorPage(props: EditorPageProps): JSX.Element {
  const { workflow, text, refused, faults, nodes, ...frame } = props
  const title = workflow ? `Edit ${workflow.name}` : "New workflow"
  const back = workflow ? `/workflows/${workflow.id}` : "/workflows"
  const action = workflow ? `${back}/edit` : "/workflows"
  return (
    <Layout title={title} current="workflows" {...frame}>
      <header class="page-head">
        <nav aria-label="Breadcrumb" class="crumbs">
          <a href={back}>
            <Icon name="back" />
            <span safe>{workflow?.name ?? "Workflows"}</span>
          </a>
        </nav>
        <h1 safe>{title}</h1>
      </header>
      <div id="editor" class="editor">
        <form class="fields" {...posted(action)} {...swapped}>
          {refused ? <Refusal {...refused} /> : null}
          {workflow ? (
            <input type="hidden" name="version" value={String(workflow.version)} />
          ) : null}
          <div class="field">
            <label for="source">Definition</label>
            <SourceField text={text} faulty={faults.length > 0} />
            <p class="muted" id="source-note">
              Steps are agents, gates (a person decides) and maps (the same work for each item of a
              list). Existing runs keep the definition they started with.
            </p>
          </div>
          <Faults faults={faults} nodes={nodes} />
          <button class="button primary" type="submit">
            {workflow ? "Save" : "Create workflow"}
          </button>
        </form>
        <section aria-label="Preview" class="panel run-graph editor-drawing">
          <Preview nodes={nodes ?? []} />
        </section>
      </div>
    </Layout>
  )
}

/** Also swaps in a refusal, which contains the typed text. */
const swapped = {
  "hx-target": "#editor",
  "hx-select": "#editor",
  "hx-swap": "outerHTML",
  "hx-status:400": "swap:outerHTML",
  "hx-status:409": "swap:outerHTML",
}

type SourceFieldProps = { text: string; faulty: boolean }

/** Checked shortly after the last keystroke. static/editor.js adds line numbers. */
function SourceField({ text, faulty }: SourceFieldProps): JSX.Element {
  return (
    <div class="source" data-numbered>
      <textarea
        id="source"
        name="source"
        required
        spellcheck="false"
        autocapitalize="off"
        aria-describedby="source-note faults"
        aria-invalid={faulty ? "true" : undefined}
        hx-post="/workflows/check"
        hx-trigger="input changed delay:300ms"
        hx-target="#faults"
        hx-swap="outerHTML"
        hx-sync="this:replace"
        safe
      >
        {`\n${text}`}
      </textarea>
    </div>
  )
}

/** The response of `/workflows/check`: the faults, and the graph if it can be drawn. */
export function CheckAnswer(props: CheckProps): JSX.Element {
  return (
    <>
      <Faults {...props} />
      {props.nodes ? <Preview nodes={props.nodes} swap /> : null}
    </>
  )
}

function Faults({ faults, nodes }: CheckProps): JSX.Element {
  return (
    <div id="faults" class="faults" role="status">
      {faults.length === 0 ? (
        <p class="tone" data-tone="good">
          <Icon name="check" />
          <span safe>{`Ready to run: ${plural(nodes?.length ?? 0, "step")}.`}</span>
        </p>
      ) : (
        <ul>
          {faults.map(({ line, node, message }) => (
            <li>
              <span class="muted number" safe>{`Line ${line}`}</span>
              {node === null ? null : <code safe>{node}</code>}
              <span class="tone" data-tone="bad" safe>
                {message}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Keeps the last graph while the text can't be drawn. */
function Preview({ nodes, swap = false }: { nodes: WorkflowNode[]; swap?: boolean }): JSX.Element {
  return (
    <div id="preview" hx-swap-oob={swap ? "outerMorph" : undefined}>
      {nodes.length === 0 ? (
        <p class="muted preview-empty">The graph appears once the definition can be read.</p>
      ) : (
        <>
          <Graph nodes={nodes} id="preview-graph" />
          <StepList nodes={nodes} />
        </>
      )}
    </div>
  )
}

function Refusal({ message, newer }: { message: string; newer?: string }): JSX.Element {
  return (
    <div class="callout" data-tone="bad" role="alert" data-told>
      <Icon name="alert" />
      <div>
        <p data-error-message safe>
          {message}
        </p>
        {newer === undefined ? null : (
          <details class="fold">
            <summary>The newer version, which saving would replace</summary>
            <pre class="raw" tabindex="0" safe>
              {newer}
            </pre>
          </details>
        )}
      </div>
    </div>
  )
}
