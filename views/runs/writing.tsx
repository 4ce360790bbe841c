import { outlineOf } from "../../src/platform/shapes/partial-json"

type WritingProps = {
  /** The ids of the run and its node, and the number of the map's item. */
  run: string
  node: string
  item?: number | undefined
  text: string
}

/** Characters shown of a long text, from its end. */
const SHOWN_MAX = 20_000

/** What a step's model has written so far, as plain text. Refreshes itself and stays at its end. */
export function Writing({ run, node, item, text }: WritingProps): JSX.Element {
  const query = new URLSearchParams({ node, ...(item !== undefined && { item: String(item) }) })
  return (
    <section
      id="writing"
      class="writing-pane"
      aria-label="What the model is writing"
      tabindex="0"
      data-follow={`text:${run}/${node}`}
      hx-get={`/runs/${run}/writing?${query}`}
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      <pre safe>{outlineOf(text).slice(-SHOWN_MAX)}</pre>
    </section>
  )
}
