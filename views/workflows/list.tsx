import type { Preset, Workflow } from "../../src/features/workflows/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Empty } from "../empty"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { PresetCard, WorkflowCard } from "./card"

export type WorkflowListProps = Frame & { presets: Preset[]; workflows: Workflow[] }

/** All workflows: presets first, then the user's own. */
export function WorkflowListPage({ presets, workflows, ...frame }: WorkflowListProps): JSX.Element {
  return (
    <Layout title="Workflows" current="workflows" {...frame}>
      <header class="page-head">
        <h1>Workflows</h1>
        <p class="lead">Steps that work through your documents, in parallel where possible.</p>
        <div class="verbs">
          <a class="button" href="/workflows/new">
            <Icon name="workflows" />
            New workflow
          </a>
          <ImportForm />
        </div>
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

/** Sends the file as soon as it is chosen; without scripts, with the button. */
function ImportForm(): JSX.Element {
  return (
    <form
      class="import"
      method="post"
      action="/workflows/import"
      enctype="multipart/form-data"
      data-send-when-chosen
    >
      <label class="button">
        <Icon name="upload" />
        Import a file
        <input type="file" name="file" accept=".json,application/json" required />
      </label>
      <noscript>
        <button class="button" type="submit">
          Import
        </button>
      </noscript>
    </form>
  )
}

function OwnHint(): JSX.Element {
  return (
    <Empty icon="workflows" title="None yet">
      Create one, import a file, or duplicate one of those above.
    </Empty>
  )
}
