import type { Run } from "../../src/features/runs/schema"
import { plural } from "../format"
import { Icon } from "../icon"

/** Where a run comes from, and links to fork, compare and export it. */
export function RunOrigin({ run }: { run: Run }): JSX.Element {
  const { id, forked_from, replay } = run
  return (
    <>
      <ul class="facts-line">
        {forked_from ? (
          <li>
            <a href={`/runs/${forked_from.run_id}`}>
              {forked_from.checkpoint_id === null
                ? "Retries a failed run"
                : "Forked from another run"}
            </a>
          </li>
        ) : null}
        <li>
          <a href={`/runs/${id}/fork`}>Fork</a>
        </li>
        <li>
          <a href={`/runs/${id}/compare`}>Compare</a>
        </li>
        <li>
          <a href={`/api/runs/${id}/export`}>Export</a>
        </li>
      </ul>
      {replay ? <ReplayNote run={run} replay={replay} /> : null}
    </>
  )
}

type ReplayNoteProps = { run: Run; replay: NonNullable<Run["replay"]> }

function ReplayNote({ run, replay: { of, differences } }: ReplayNoteProps): JSX.Element {
  const [first] = differences
  if (!first) {
    return (
      <p class="callout">
        <Icon name="clock" />
        <span
          safe
        >{`A replay of run ${of}. It uses only recorded answers and calls no model.`}</span>
      </p>
    )
  }
  const item = first.map_index > 0 ? `, item ${first.map_index + 1}` : ""
  const more = differences.length > 1 ? ` ${plural(differences.length, "difference")} in all.` : ""
  const name = run.nodes[first.node]?.agent_name ?? first.node
  return (
    <p class="callout" data-tone="attention">
      <Icon name="alert" />
      <span>
        This replay differs from the recording, first at{" "}
        <a href={`/runs/${run.id}?node=${encodeURIComponent(first.node)}`} safe>
          {name}
        </a>
        <span safe>{`${item}: ${first.what}.${more}`}</span>
      </span>
    </p>
  )
}
