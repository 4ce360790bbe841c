import type { Artifact, Checkpoint, Run } from "../../src/features/runs/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { RunCrumbs } from "./crumbs"

export type ForkPageProps = Frame & {
  run: Run
  checkpoints: Checkpoint[]
  artifacts: Artifact[]
  /** The node whose text is being replaced. */
  node: string | undefined
}

/** Asks where to fork a run, and what to change. */
export function ForkPage({
  run,
  checkpoints,
  artifacts,
  node,
  ...frame
}: ForkPageProps): JSX.Element {
  return (
    <Layout title="Fork" current="runs" {...frame}>
      <header class="page-head">
        <RunCrumbs run={run} />
        <h1>Fork this run</h1>
        <p class="muted">
          A new run continues from a checkpoint of this one, which stays unchanged. Work done before
          the checkpoint is reused and costs nothing.
        </p>
      </header>
      {checkpoints.length === 0 ? (
        <p>
          This run has no checkpoints: it has not started, or they were deleted because of their
          age.
        </p>
      ) : (
        <ForkForm run={run} checkpoints={checkpoints} artifacts={artifacts} node={node} />
      )}
    </Layout>
  )
}

function ForkForm(props: Omit<ForkPageProps, keyof Frame>): JSX.Element {
  const { run, checkpoints, artifacts, node: chosen } = props
  const last = checkpoints.at(-1)
  const replaced = artifacts.find(({ node }) => node === chosen)
  const nameOf = (node: string) => run.nodes[node]?.agent_name ?? node
  return (
    <form class="start" method="post" action={`/runs/${run.id}/fork`}>
      <label for="fork-checkpoint">Continue from</label>
      <select id="fork-checkpoint" name="checkpoint_id">
        {checkpoints.map((it) => (
          <option value={it.checkpoint_id} selected={it === last} safe>
            {it.node === null ? "the start" : `after ${it.nodes.map(nameOf).join(", ")}`}
          </option>
        ))}
      </select>
      <label for="fork-query">What should be done?</label>
      <textarea id="fork-query" name="query" rows="3" required maxlength="20000" safe>
        {run.input.query}
      </textarea>
      <label for="fork-node">Replace the text of</label>
      <select
        id="fork-node"
        name="node"
        hx-get={`/runs/${run.id}/fork`}
        hx-include="this"
        hx-target="#fork-content"
        hx-select="#fork-content"
        hx-swap="outerHTML"
      >
        <option value="">nothing: keep all texts</option>
        {artifacts.map(({ node }) => (
          <option value={node} selected={node === chosen} safe>
            {nameOf(node)}
          </option>
        ))}
      </select>
      <label for="fork-content">New text, in Markdown</label>
      <textarea id="fork-content" name="content" rows="8" maxlength="1000000" safe>
        {replaced?.content ?? ""}
      </textarea>
      <div class="start-options">
        <button class="button primary" type="submit">
          <Icon name="play" />
          Fork
        </button>
      </div>
    </form>
  )
}
