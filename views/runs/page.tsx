import type {
  Artifact,
  ArtifactVersion,
  LogLine,
  Run,
  RunVerb,
  Step,
} from "../../src/features/runs/schema"
import type { Call } from "../../src/features/usage/schema"
import type { Frame } from "../../src/platform/http/schema"
import type { RetrievalResult } from "../../src/platform/shapes/passage"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
import { Icon } from "../icon"
import { Layout } from "../layout"
import { Graph } from "../workflows/graph"
import { StepList } from "../workflows/steps"
import type { GateProps, GateTrouble } from "./gate"
import { RunHead } from "./head"
import { nodeHref } from "./href"
import { ItemPanel } from "./item"
import { itemsOf } from "./items"
import type { BudgetTrouble } from "./remedy"
import { Sources } from "./sources"
import { StepPanel } from "./step"
import { Timeline } from "./timeline"

export type RunPageProps = Frame & {
  run: Run
  /** The definition that the run started with. */
  nodes: WorkflowNode[]
  /** The node to show; see `shownNode`. */
  shown: string
  /** The node whose artifact is shown: for a gate, the one it decides on. */
  about: string
  /** All versions of the node's artifact, oldest first. */
  versions: ArtifactVersion[]
  /** The view from the query string. */
  view: RunView
  calls: Call[]
  /** Retrieved passages by node. Without an entry, shows those of the run. */
  passages?: Record<string, RetrievalResult[]>
  log?: LogLine[]
  steps: Step[]
  /** The artifact of the shown item. */
  itemArtifact?: Artifact | undefined
  /** What the model of the shown step or item has written so far. */
  written?: string
  /** The actions that the run's state allows. */
  verbs?: RunVerb[]
  trouble?: RunTrouble
}

/** A decision or a budget that was refused. */
export type RunTrouble = { gate?: GateTrouble; budget?: BudgetTrouble }

/** What to show: a node, an item of it, a version of its artifact, or two to compare. */
export type RunView = {
  node?: string | undefined
  item?: number | undefined
  version?: number | undefined
  from?: number | undefined
  to?: number | undefined
}

/** One run: its progress or its results, and the details of each step. */
export function RunPage(props: RunPageProps): JSX.Element {
  const { run, nodes, shown, versions, view, written = "", trouble = {} } = props
  const definition = nodes.find(({ id }) => id === shown)
  const artifact = versions.find(({ version }) => version === view.version) ?? versions.at(-1)
  const items = definition?.type === "map" ? itemsOf(run, shown, props.steps) : []
  const item = items.find(({ index }) => index === view.item)
  const calls = props.calls.filter(({ node }) => node === shown)
  const log = (props.log ?? []).filter(({ node }) => node === shown)
  const href = ({ id }: WorkflowNode) => nodeHref(run, id)
  return (
    <Layout
      title={run.input.query.slice(0, 60)}
      current="runs"
      version={props.version}
      assets={props.assets}
      signedIn={props.signedIn}
    >
      <div
        id="run"
        data-follow={`run:${run.id}`}
        hx-get={addressOf(run, view)}
        hx-select="#run"
        hx-swap="outerMorph"
        hx-trigger="amelia:changed"
      >
        <RunHead {...{ run, nodes, shown, trouble: trouble.budget }} verbs={props.verbs ?? []} />
        {trouble.gate && run.waiting?.reason !== "gate" ? <TooLate {...trouble.gate} /> : null}
        <section aria-label="Steps" class="panel run-graph">
          <Graph nodes={nodes} state={run.nodes} selected={shown} href={href} target="#run" />
          <StepList nodes={nodes} state={run.nodes} href={href} />
        </section>
        <div class="run-body">
          {definition && item ? (
            <ItemPanel
              {...{ run, definition, item, calls, log, written }}
              artifact={props.itemArtifact}
            />
          ) : (
            <StepPanel
              {...{ run, definition, nodes, artifact, calls, log, versions, items, written }}
              id={shown}
              passages={props.passages?.[shown] ?? run.rag_context}
              compare={view}
              gate={gateOf(props, definition, artifact)}
            />
          )}
          <aside class="rail" aria-label="About this run">
            <Timeline run={run} nodes={nodes} selected={shown} />
            {artifact && !item && artifact.citations.length > 0 ? (
              <Sources citations={artifact.citations} />
            ) : null}
          </aside>
        </div>
      </div>
    </Layout>
  )
}

/** Returns the pending decision at the shown node. An older version is read-only. */
function gateOf(
  { run, nodes, about, trouble }: RunPageProps,
  node: WorkflowNode | undefined,
  artifact: Artifact | undefined,
): GateProps | undefined {
  const { reason, version } = run.waiting ?? {}
  const asked = nodes.find(({ id }) => id === about)
  if (reason !== "gate" || !node || run.waiting?.node !== node.id || !asked) return undefined
  if (artifact?.version !== version) return undefined
  return artifact && { run, node, about: asked, artifact, trouble: trouble?.gate }
}

/** Returns the waiting, failed, running or last finished node, or the first, in this order. */
export function shownNode(run: Run, made: string[], selected: string | undefined): string {
  if (selected !== undefined && run.nodes[selected]) return selected
  const ids = run.graph_definition.nodes.map(({ id }) => id)
  const failed = ids.find((id) => run.nodes[id]?.status === "failed")
  const running = ids.find((id) => run.nodes[id]?.status === "running")
  const ended = (id: string) => run.nodes[id]?.completed_at ?? ""
  const last = made.toSorted((a, b) => (ended(a) < ended(b) ? -1 : 1)).at(-1)
  return run.waiting?.node ?? failed ?? running ?? last ?? run.current_node ?? ids[0] ?? ""
}

function addressOf({ id }: Run, view: RunView): string {
  const given = Object.entries(view).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]))
  return given.length > 0 ? `/runs/${id}?${query}` : `/runs/${id}`
}

/** Shown if the run no longer waits for a decision. Keeps the typed text. */
function TooLate({ message, typed }: GateTrouble): JSX.Element {
  const text = typed.content ?? typed.data ?? typed.feedback
  return (
    <div class="callout" data-tone="bad" role="alert" data-told>
      <Icon name="alert" />
      <div>
        <p data-error-message safe>
          {message}
        </p>
        {text ? <p>What you typed:</p> : null}
        {text ? (
          <pre class="raw" tabindex="0" safe>
            {text}
          </pre>
        ) : null}
      </div>
    </div>
  )
}
