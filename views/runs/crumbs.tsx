import type { Run } from "../../src/features/runs/schema"
import { Icon } from "../icon"

/** A link back to a run. */
export function RunCrumbs({ run }: { run: Pick<Run, "id" | "input"> }): JSX.Element {
  return (
    <nav aria-label="Breadcrumb" class="crumbs">
      <a href={`/runs/${run.id}`}>
        <Icon name="back" />
        <span safe>{run.input.query.slice(0, 60)}</span>
      </a>
    </nav>
  )
}
