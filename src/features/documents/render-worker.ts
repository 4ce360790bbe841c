import { highlight } from "../../../views/documents/highlight"
import { renderedHtml } from "../../../views/documents/rendered"
import { type Shown, sourceHtml } from "../../../views/documents/source"
import { serve } from "../../platform/async/rpc"

/** Markdown, or code in the language of this name or extension. */
export type Rendering = Shown &
  ({ as: "markdown"; name: string } | { as: "code"; language: string })

declare const self: Worker

const calls = { render }

export type RenderCalls = typeof calls

serve(self, calls)

function render(rendering: Rendering): string {
  if (rendering.as === "markdown") return renderedHtml(rendering, { highlight })
  return sourceHtml(rendering, highlight(rendering.text, rendering.language))
}
