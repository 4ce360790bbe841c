import { highlight } from "../../../views/documents/highlight"
import { renderedHtml } from "../../../views/documents/rendered"
import { type Shown, sourceHtml } from "../../../views/documents/source"

/** Markdown, or code in the language of this name or extension. */
export type Rendering = Shown &
  ({ as: "markdown"; name: string } | { as: "code"; language: string })

declare const self: Worker

self.onmessage = ({ data }: MessageEvent<Rendering>) => self.postMessage(render(data))

function render(rendering: Rendering): string {
  if (rendering.as === "markdown") return renderedHtml(rendering, { highlight })
  return sourceHtml(rendering, highlight(rendering.text, rendering.language))
}
