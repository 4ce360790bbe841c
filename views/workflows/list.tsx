import type { Preset, Workflow } from "../../src/workflows/schema"
import { type Frame, Layout } from "../layout"
import { PresetCard, WorkflowCard } from "./card"

export type WorkflowListProps = Frame & { presets: Preset[]; workflows: Workflow[] }

/** All that can be started: what ships with Amelia, then the user's own. */
export function WorkflowListPage({ presets, workflows, ...frame }: WorkflowListProps): JSX.Element {
  return (
    <Layout title="Workflows" current="workflows" {...frame}>
      <header class="page-head">
        <h1>Workflows</h1>
        <p class="lead">Steps that work through your documents, side by side where they can.</p>
      </header>
      <section aria-labelledby="presets-head">
        <h2 id="presets-head">Ready to use</h2>
        <div class="cards">
          {presets.map((preset) => (
            <PresetCard preset={preset} />
          ))}
        </div>
      </section>
      <section aria-labelledby="own-head">
        <h2 id="own-head">Your own</h2>
        <div
          id="workflows"
          data-follow="runs"
          hx-get="/workflows"
          hx-select="#workflows"
          hx-swap="outerMorph"
          hx-trigger="amelia:changed"
        >
          {workflows.length === 0 ? (
            <OwnHint />
          ) : (
            <div class="cards">
              {workflows.map((workflow) => (
                <WorkflowCard workflow={workflow} />
              ))}
            </div>
          )}
        </div>
      </section>
    </Layout>
  )
}

function OwnHint(): JSX.Element {
  const example = `{"name": "Two views", "nodes": [
  {"id": "wishes", "name": "Wishes", "agent": "discovery"},
  {"id": "plan", "name": "Plan", "agent": "planning", "dependencies": ["wishes"]}
]}

amelia run two-views.json "What should be built?"`
  return (
    <div class="hint">
      <p class="muted">
        None yet. Describe steps and what each depends on in a file, and run it; the drawing appears
        here.
      </p>
      <pre tabindex="0">
        <code>{example}</code>
      </pre>
    </div>
  )
}
