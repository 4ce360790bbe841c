import type { Run, RunNode } from "../../src/features/runs/schema"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { StateMark } from "../pill"
import { Elapsed } from "../time"
import { nodeHref, swapRun } from "./href"
import { statusBadge } from "./status"

type TimelineProps = { run: Run; nodes: WorkflowNode[]; selected: string }

/** Each step with its time span within the run, and the same links as in the graph. */
export function Timeline({ run, nodes, selected }: TimelineProps): JSX.Element {
  const began = Date.parse(run.started_at)
  const span = Math.max(1, endOf(run, Date.now()) - began)
  return (
    <section class="rail-part" aria-labelledby="timeline-head">
      <h2 id="timeline-head">Timeline</h2>
      <ol class="timeline">
        {nodes.map((node) => {
          const state = run.nodes[node.id]
          const badge = statusBadge(state?.status ?? "pending")
          const href = nodeHref(run, node.id)
          return (
            <li id={`timeline-${node.id}`} data-tone={badge.tone}>
              <StateMark {...badge} />
              <a
                href={href}
                aria-current={node.id === selected ? "true" : undefined}
                {...swapRun(href)}
                safe
              >
                {node.name}
              </a>
              <span class="muted">
                {state?.started_at ? (
                  <Elapsed from={state.started_at} to={state.completed_at} />
                ) : (
                  "–"
                )}
              </span>
              <Bar state={state} began={began} span={span} />
            </li>
          )
        })}
      </ol>
    </section>
  )
}

function endOf(run: Run, now: number): number {
  return run.completed_at === null ? now : Date.parse(run.completed_at)
}

type BarProps = { state: RunNode | undefined; began: number; span: number }

function Bar({ state, began, span }: BarProps): JSX.Element {
  const from = state?.started_at ? (Date.parse(state.started_at) - began) / span : 0
  const to = state?.completed_at ? (Date.parse(state.completed_at) - began) / span : 1
  const width = state?.started_at ? Math.max(1.5, (to - from) * 100) : 0
  return (
    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-track" width="100" height="4" />
      <rect x={Math.min(98.5, from * 100).toFixed(2)} width={width.toFixed(2)} height="4" />
    </svg>
  )
}
