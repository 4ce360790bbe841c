import type { Run } from "../../src/features/runs/schema"
import { costNote, formatPercent, plural } from "../format"
import { StateMark } from "../pill"
import { Ago, Elapsed } from "../time"
import { nodeHref } from "./href"
import { runIsOver, statusBadge } from "./status"

type RunListProps = {
  id: string
  /** The page that contains it, for refreshing. */
  url: string
  runs: Run[]
  /** The topics that refresh it; see static/live.js. */
  follow: string
  /** Shown if there are no runs. */
  children?: JSX.Element
}

/** Runs as lines, newest first. Refreshes itself. */
export function RunList({ id, url, runs, follow, children }: RunListProps): JSX.Element {
  return (
    <div
      id={id}
      data-follow={follow}
      hx-get={url}
      hx-select={`#${id}`}
      hx-swap="outerMorph"
      hx-trigger="amelia:changed"
    >
      {runs.length === 0 ? children : <RunLines runs={runs} />}
    </div>
  )
}

type RunLinesProps = {
  runs: Run[]
  /** Where a line leads; by default to its run. */
  href?: (run: Run) => string
}

export function RunLines({ runs, href = hrefOf }: RunLinesProps): JSX.Element {
  return (
    <ul class="lines">
      {runs.map((run) => (
        <RunLine run={run} href={href(run)} />
      ))}
    </ul>
  )
}

function RunLine({ run, href }: { run: Run; href: string }): JSX.Element {
  const badge = statusBadge(run.status)
  const done = Object.values(run.nodes).filter(({ status }) => status === "completed").length
  return (
    <li id={`line-${run.id}`} class="line">
      <StateMark {...badge} />
      <div class="line-main">
        <a class="card-link" href={href} safe>
          {run.input.query}
        </a>
        <p class="muted">
          <span safe>{run.workflow_name}</span>
          <span safe>{`${done} of ${plural(Object.keys(run.nodes).length, "step")}`}</span>
          {run.status !== "completed" && run.status !== "running" && (
            <span class="tone" data-tone={badge.tone} safe>
              {waitingNote(run) ?? badge.label}
            </span>
          )}
          <span class="number" safe>
            {costNote(run)}
          </span>
        </p>
        {!runIsOver(run.status) && <RunProgress run={run} />}
      </div>
      <p class="line-side muted number">
        <Elapsed from={run.started_at} to={run.completed_at} />
        <Ago at={run.started_at} />
      </p>
    </li>
  )
}

/** Links to the decision if the run is waiting for one. */
function hrefOf(run: Run): string {
  const { reason, node } = run.waiting ?? {}
  return reason === "gate" && node ? `${nodeHref(run, node)}#gate` : `/runs/${run.id}`
}

function waitingNote({ waiting, nodes }: Run): string | undefined {
  switch (waiting?.reason) {
    case undefined:
      return undefined
    case "budget":
      return "Budget used up"
    case "limit":
      return "Waiting for the model provider"
    case "gate": {
      const { node = "" } = waiting
      return `Your decision: ${nodes[node]?.agent_name ?? node}`
    }
  }
}

/** The progress of the whole run. static/live.js updates it between two refreshes. */
export function RunProgress({ run }: { run: Run }): JSX.Element {
  return (
    <progress
      max="1"
      value={run.progress}
      data-progress={`run:${run.id}`}
      aria-label={`${formatPercent(run.progress)} done`}
    ></progress>
  )
}
