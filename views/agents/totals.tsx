import type { CallTotals } from "../../src/platform/shapes/cost"
import { costOfAll } from "../../src/platform/shapes/cost"
import { costNote, formatCount, plural } from "../format"

/** The totals of all runs of an agent. Refreshes itself. */
export function AgentTotals({ id, totals }: { id: string; totals: CallTotals }): JSX.Element {
  const tokens = formatCount(totals.inputTokens + totals.outputTokens)
  return (
    <ul
      id="agent-totals"
      class="facts-line"
      aria-label="All runs together"
      data-follow={`agent:${id}`}
      hx-get={`/agents/${id}`}
      hx-select="#agent-totals"
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      <li class="number" safe>
        {plural(totals.calls, "call")}
      </li>
      <li class="number" safe>
        {`${tokens} tokens`}
      </li>
      <li class="number" safe>
        {costNote(costOfAll([totals]))}
      </li>
    </ul>
  )
}
