import type { Preset } from "../../src/features/workflows/schema"
import { UploadForm } from "../documents/upload"
import { Graph } from "../workflows/graph"
import { StartForm } from "../workflows/start"

/** The three steps from an empty page to a plan, with the forms for them. */
export function FirstUse({ presets }: { presets: Preset[] }): JSX.Element {
  const [preset] = presets
  return (
    <ol class="first-use">
      <li class="panel">
        <h2>Add documents</h2>
        <p class="muted">Requirements, notes, mails, code: whatever says what is wanted.</p>
        <UploadForm />
      </li>
      {preset ? (
        <li class="panel">
          <h2>Start the workflow</h2>
          <p class="muted">Say in a sentence or two what you want to have at the end.</p>
          <StartForm action={`/workflows/${preset.name}/start`} documents={[]} />
        </li>
      ) : null}
      {preset ? (
        <li class="panel">
          <h2>Read the plan</h2>
          <p class="muted">
            You see each step live. Every statement names the passage that supports it.
          </p>
          <Graph nodes={preset.nodes} fit />
        </li>
      ) : null}
    </ol>
  )
}
