import type { Call } from "../../src/calls/schema"
import type { Artifact, LogLine, Run, RunVerb } from "../../src/runs/schema"
import type { RetrievalResult } from "../../src/search/schema"
import type { WorkflowNode } from "../../src/workflows/node"
import { type Frame, Layout } from "../layout"
import { Graph } from "../workflows/graph"
import { RunHead } from "./head"
import { Sources } from "./sources"
import { StepPanel } from "./step"
import { Timeline } from "./timeline"

export type RunPageProps = Frame & {
  run: Run
  /** The definition that the run started with. */
  nodes: WorkflowNode[]
  artifacts: Artifact[]
  calls: Call[]
  /** Retrieved passages by node, where they are known by node; else those of the run are shown. */
  passages?: Record<string, RetrievalResult[]>
  log?: LogLine[]
  /** The node asked for by `?node=`; without it the page shows what matters most just now. */
  selected: string | null
  /** What can be asked of the run in its present state. */
  verbs?: RunVerb[]
}

/** One run: what it made if it is over, how far it is if it is not, and how each step went. */
export function RunPage(props: RunPageProps): JSX.Element {
  const { run, nodes, artifacts, selected } = props
  const shown = selected && run.nodes[selected] ? selected : mattersMost(run, nodes, artifacts)
  const url = `/runs/${run.id}`
  const definition = nodes.find(({ id }) => id === shown)
  const artifact = newestArtifact(artifacts, shown)
  return (
    <Layout
      title={run.input.query.slice(0, 60)}
      current={run.agent_id ? "agents" : "workflows"}
      version={props.version}
      signedIn={props.signedIn}
    >
      <div
        id="run"
        data-follow={`run:${run.id}`}
        hx-get={selected ? `${url}?node=${encodeURIComponent(selected)}` : url}
        hx-select="#run"
        hx-swap="outerMorph"
        hx-trigger="amelia:changed"
      >
        <RunHead run={run} nodes={nodes} shown={shown} verbs={props.verbs ?? []} />
        <section aria-label="Steps" class="panel run-graph">
          <Graph
            nodes={nodes}
            state={run.nodes}
            selected={shown}
            href={({ id }) => `${url}?node=${encodeURIComponent(id)}`}
            target="#run"
          />
        </section>
        <div class="run-body">
          <StepPanel
            run={run}
            id={shown}
            definition={definition}
            nodes={nodes}
            artifact={artifact}
            calls={props.calls.filter(({ node }) => node === shown)}
            passages={props.passages?.[shown] ?? run.rag_context}
            log={(props.log ?? []).filter(({ node }) => node === shown)}
          />
          <aside class="rail" aria-label="About this run">
            <Timeline run={run} nodes={nodes} selected={shown} />
            {artifact && artifact.citations.length > 0 ? (
              <Sources citations={artifact.citations} />
            ) : null}
          </aside>
        </div>
      </div>
    </Layout>
  )
}

/** What broke, else what runs, else the last thing made, else the first step. */
function mattersMost(run: Run, nodes: WorkflowNode[], artifacts: Artifact[]): string {
  const ids = nodes.map(({ id }) => id)
  const failed = ids.find((id) => run.nodes[id]?.status === "failed")
  const running = ids.find((id) => run.nodes[id]?.status === "running")
  const made = ids.filter((id) => artifacts.some(({ node }) => node === id))
  const ended = (id: string) => run.nodes[id]?.completed_at ?? ""
  const last = made.toSorted((a, b) => (ended(a) < ended(b) ? -1 : 1)).at(-1)
  return failed ?? running ?? last ?? run.current_node ?? ids[0] ?? ""
}

function newestArtifact(artifacts: Artifact[], node: string): Artifact | undefined {
  const own = artifacts.filter((artifact) => artifact.node === node)
  return own.toSorted((a, b) => b.version - a.version)[0]
}
