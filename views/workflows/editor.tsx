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
  /** All that is wrong with the text. */
  faults: Fault[]
  /** What it describes, if it can be drawn. */
  nodes?: WorkflowNode[] | undefined
}

export type EditorPageProps = Frame &
  CheckProps & {
    /** The workflow to change; without it the editor makes a new one. */
    workflow?: { id: string; name: string; version: number }
    text: string
    /** Why nothing was saved, where it was tried; the text of the newer version, if there is one. */
    refused?: { message: string; newer?: string }
  }

/** The definition as JSON, with what is wrong with it and its drawing beside. */
export function EditorPage(props: EditorPageProps): JSX.Element {
  const { workflow, text, refused, faults, nodes, ...frame } = props
  const title = workflow ? `Change ${workflow.name}` : "New workflow"
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
              list). Runs that have started keep the definition they started with.
            </p>
          </div>
          <Faults faults={faults} nodes={nodes} />
          <button class="button primary" type="submit">
            {workflow ? "Save" : "Make the workflow"}
          </button>
        </form>
        <section aria-label="Drawing" class="panel run-graph editor-drawing">
          <Preview nodes={nodes ?? []} />
        </section>
      </div>
    </Layout>
  )
}

/** A refusal, too, is shown on the page, with what was typed. */
const swapped = {
  "hx-target": "#editor",
  "hx-select": "#editor",
  "hx-swap": "outerHTML",
  "hx-status:400": "swap:outerHTML",
  "hx-status:409": "swap:outerHTML",
}

type SourceFieldProps = { text: string; faulty: boolean }

/** Checked a moment after the last key. The numbers are drawn by static/editor.js. */
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

/** What `/workflows/check` answers: the faults, and the drawing where there is one. */
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
          <span safe>{`This can be run: ${plural(nodes?.length ?? 0, "step")}.`}</span>
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

/** While the text can't be drawn, the last drawing stays. */
function Preview({ nodes, swap = false }: { nodes: WorkflowNode[]; swap?: boolean }): JSX.Element {
  return (
    <div id="preview" hx-swap-oob={swap ? "outerMorph" : undefined}>
      {nodes.length === 0 ? (
        <p class="muted preview-empty">The drawing appears when the definition can be read.</p>
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
