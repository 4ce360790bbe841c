import type { Comparison, NodeSide, Run, RunSide } from "../../src/features/runs/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Empty } from "../empty"
import { formatDuration, formatUsd, formatValue, plural } from "../format"
import { Layout } from "../layout"
import { RunCrumbs } from "./crumbs"
import { Diff } from "./diff"
import { RunLines } from "./list"
import { StatusPill } from "./status"

/** Asks which run to compare with. */
export function CompareChoice({
  run,
  others,
  ...frame
}: Frame & { run: Run; others: Run[] }): JSX.Element {
  return (
    <Layout title="Compare" current="runs" {...frame}>
      <header class="page-head">
        <RunCrumbs run={run} />
        <h1>Compare with</h1>
      </header>
      {others.length === 0 ? (
        <Empty icon="workflows" title="No other run">
          There is no other run of this {run.agent_id ? "agent" : "workflow"}.{" "}
          <a href={`/runs/${run.id}/fork`}>Fork this one</a>, or start it again.
        </Empty>
      ) : (
        <RunLines runs={others} href={({ id }) => `/runs/${run.id}/compare/${id}`} />
      )}
    </Layout>
  )
}

/** Two runs side by side. Marks steps that differ, and shows the differences. */
export function ComparePage({
  comparison: { left, right, nodes },
  ...frame
}: Frame & { comparison: Comparison }): JSX.Element {
  const differing = nodes.filter(({ differs }) => differs).length
  return (
    <Layout title="Compare" current="runs" {...frame}>
      <header class="page-head">
        <RunCrumbs run={{ id: left.run_id, input: left.input }} />
        <h1>Two runs compared</h1>
        <p class="muted" safe>
          {differing === 0
            ? "All steps produced the same."
            : `${plural(differing, "step differs", "steps differ")}.`}
        </p>
      </header>
      <table class="sides">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <RunHeading side={left} label="This run" />
            <RunHeading side={right} label="The other run" />
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ node, name, differs, left, right }) => (
            <tr data-differs={differs ? "true" : undefined}>
              <th scope="row">
                <a href={`#${node}`} safe>
                  {name}
                </a>
                {differs && <span class="muted"> differs</span>}
              </th>
              <NodeCell side={left} />
              <NodeCell side={right} />
            </tr>
          ))}
        </tbody>
      </table>
      {nodes
        .filter(({ differs }) => differs)
        .map((it) => (
          <NodeDifference {...it} />
        ))}
    </Layout>
  )
}

function RunHeading({ side, label }: { side: RunSide; label: string }): JSX.Element {
  return (
    <th scope="col">
      <a href={`/runs/${side.run_id}`} safe>
        {label}
      </a>{" "}
      <StatusPill status={side.status} />
      <div class="muted number" safe>
        {figures(side)}
      </div>
      <div safe>{side.input.query.slice(0, 140)}</div>
    </th>
  )
}

function NodeCell({ side }: { side: NodeSide | null }): JSX.Element {
  if (!side) return <td class="muted">missing</td>
  return (
    <td>
      {side.status === "waiting" ? "Waiting" : <StatusPill status={side.status} />}{" "}
      <span class="muted number" safe>
        {figures(side)}
      </span>
    </td>
  )
}

function figures({ cost_usd, duration_seconds }: Pick<NodeSide, "cost_usd" | "duration_seconds">) {
  const time = duration_seconds === null ? "–" : formatDuration(duration_seconds * 1000)
  return `${cost_usd === null ? "cost unknown" : formatUsd(cost_usd)}, ${time}`
}

type NodeDifferenceProps = Omit<Comparison["nodes"][number], "differs">

function NodeDifference({ node, name, left, right }: NodeDifferenceProps): JSX.Element {
  return (
    <section class="panel" id={node} aria-labelledby={`${node}-head`}>
      <h2 id={`${node}-head`} safe>
        {name}
      </h2>
      <Diff from={textOf(left)} to={textOf(right)} />
    </section>
  )
}

function textOf(side: NodeSide | null) {
  const { artifact, error, output } = side ?? {}
  if (artifact) return artifact
  return { version: 0, content: error ?? (output ? formatValue(output) : "") }
}
