import type { Preset } from "../../src/features/workflows/schema"
import { UploadForm } from "../documents/upload"
import { posted } from "../form"
import { Icon } from "../icon"
import { Graph } from "../workflows/graph"
import { StartForm } from "../workflows/start"

/** The three steps from an empty home to a plan, with their forms, and a sample to try them on. */
export function FirstUse({ presets }: { presets: Preset[] }): JSX.Element {
  const [preset] = presets
  return (
    <>
      <Sample />
      <ol class="first-use">
        <li class="panel">
          <h2>Add documents</h2>
          <p class="muted">
            Requirements, notes, emails, code: anything that describes what you want.
          </p>
          <UploadForm />
        </li>
        {preset ? (
          <li class="panel">
            <h2>Start the workflow</h2>
            <p class="muted">Describe in a sentence or two what you want.</p>
            <StartForm action={`/workflows/${preset.name}/start`} documents={[]} />
          </li>
        ) : null}
        {preset ? (
          <li class="panel">
            <h2>Read the plan</h2>
            <p class="muted">
              Watch each step live. Every statement cites the passage that supports it.
            </p>
            <Graph nodes={preset.nodes} fit />
          </li>
        ) : null}
      </ol>
    </>
  )
}

function Sample(): JSX.Element {
  return (
    <form class="panel sample" {...posted("/sample")} hx-disable="find button">
      <div>
        <h2>Nothing at hand?</h2>
        <p class="muted">
          Plan a small sample project: a specification, a PDF and code.{" "}
          <code>amelia demo --remove</code> deletes it.
        </p>
      </div>
      <button class="button" type="submit">
        <Icon name="play" />
        Plan the sample
      </button>
    </form>
  )
}
