import { agentTypes } from "../../src/agents/type"
import type { RunNode } from "../../src/runs/schema"
import { type WorkflowNode, workOf } from "../../src/workflows/node"
import { typeIcons } from "../agents/type"
import { formatDuration } from "../format"
import { type IconName, iconPath } from "../icon"
import { statusBadge } from "../runs/status"
import {
  type Layout,
  layoutGraph,
  NODE_HEIGHT,
  type PlacedEdge,
  type PlacedNode,
} from "./graph-layout"

export type GraphProps = {
  nodes: WorkflowNode[]
  /** How far each node is, by its id; without it the graph is only a plan. */
  state?: Record<string, RunNode>
  selected?: string
  /** Where a click on the node leads; without it nodes are not links. */
  href?: (node: WorkflowNode) => string
  /** Unique in the page. */
  id?: string
  /** What a click replaces instead of loading a page, if scripts run. */
  target?: string
  /** Shrinks the drawing into its box instead of letting the box scroll. */
  fit?: boolean
}

/** The nodes as boxes, dependencies as arrows; scrolls inside its own box where it is too wide. */
export function Graph(props: GraphProps): JSX.Element {
  const { nodes, state, id = "graph", href, fit = false } = props
  const drawing = layoutGraph(nodes)
  const summary = describe(nodes, state)
  return (
    <div class={fit ? "graph graph-fit" : "graph"} tabindex={fit || href ? undefined : "0"}>
      <svg
        id={id}
        viewBox={`0 0 ${drawing.width} ${drawing.height}`}
        width={drawing.width}
        height={drawing.height}
        role={href ? "group" : "img"}
        aria-label={summary}
      >
        {drawing.edges.map((edge) => (
          <Edge edge={edge} active={state?.[edge.to]?.status === "running"} />
        ))}
        {drawing.nodes.map((placed) => (
          <Node placed={placed} drawing={drawing} props={props} />
        ))}
      </svg>
    </div>
  )
}

function describe(nodes: WorkflowNode[], state: GraphProps["state"]): string {
  const parts = nodes.map(({ id, name, dependencies }) => {
    const status = state?.[id] && ` (${statusBadge(state[id].status).label.toLowerCase()})`
    const names = dependencies.map((from) => nodes.find((node) => node.id === from)?.name ?? from)
    return `${name}${status ?? ""}${names.length > 0 ? ` after ${names.join(" and ")}` : ""}`
  })
  return `Steps: ${parts.join("; ")}.`
}

function Edge({ edge, active }: { edge: PlacedEdge; active: boolean }): JSX.Element {
  return (
    <g class="edge" data-active={active ? "true" : undefined}>
      <path d={edge.path} />
      <path class="edge-head" d={edge.head} />
    </g>
  )
}

type NodeProps = { placed: PlacedNode; drawing: Layout; props: GraphProps }

function Node({ placed, drawing, props }: NodeProps): JSX.Element {
  const { node, x, y } = placed
  const { href, selected, target, state, id = "graph" } = props
  const box = <NodeBox placed={placed} state={state?.[node.id]} width={drawing.nodeWidth} />
  const place = `translate(${x} ${y})`
  const status = state?.[node.id]?.status
  const tone = status ? statusBadge(status).tone : "plan"
  if (!href)
    return (
      <g class="node" data-tone={tone} data-status={status} transform={place}>
        {box}
      </g>
    )
  return (
    <a
      id={`${id}-${node.id}`}
      class="node"
      data-tone={tone}
      data-status={status}
      href={href(node)}
      aria-current={node.id === selected ? "true" : undefined}
      {...{ transform: place }}
      {...(target && swapInto(target, href(node)))}
    >
      {box}
    </a>
  )
}

function swapInto(target: string, href: string): Record<string, string> {
  return {
    "hx-get": href,
    "hx-target": target,
    "hx-select": target,
    "hx-swap": "outerMorph",
    "hx-push-url": "true",
  }
}

type BoxProps = { placed: PlacedNode; state: RunNode | undefined; width: number }

function NodeBox({ placed, state, width }: BoxProps): JSX.Element {
  const { node, name } = placed
  const badge = statusBadge(state?.status ?? "pending")
  const running = state?.status === "running"
  const title = state ? `${node.name}: ${badge.label}` : node.name
  const note = state ? stateNote(state) : planNote(node)
  return (
    <>
      <title safe>{title}</title>
      <rect class="node-box" width={width} height={NODE_HEIGHT} rx="10" />
      <g class="node-mark" transform="translate(12 18)">
        <circle cx="8" cy="8" r="9" />
        {running ? (
          <path class="node-spin" d="M8 2a6 6 0 1 1-6 6" />
        ) : (
          <path d={iconPath(markOf(node, state))} />
        )}
      </g>
      <text class="node-name" x="40" y="23" safe>
        {name}
      </text>
      <text class="node-note" x="40" y="39" safe>
        {note}
      </text>
    </>
  )
}

/** An agent of the user's own has the icon of the custom ones. */
function kindIcon(node: WorkflowNode): IconName {
  if (node.type !== "agent") return node.type === "gate" ? "check" : "list"
  const type = agentTypes.find((type) => type === node.agent)
  return typeIcons[type ?? "custom"]
}

/** How it stands; of a plan, what kind of work it is. */
function markOf(node: WorkflowNode, state: RunNode | undefined): IconName {
  if (!state) return kindIcon(node)
  const { icon } = statusBadge(state.status)
  return icon === "spinner" ? "dots" : icon
}

/** An agent of the user's own stands in the definition by its id, which tells people nothing. */
function planNote(node: WorkflowNode): string {
  const agent = workOf(node)?.agent
  if (agent === undefined) return "you decide"
  const who = agentTypes.some((type) => type === agent) ? `${agent} agent` : "own agent"
  return node.type === "map" ? `${who}, for each` : who
}

function stateNote(state: RunNode): string {
  const { label } = statusBadge(state.status)
  if (state.started_at === null || state.completed_at === null) return label
  return `${label} · ${formatDuration(Date.parse(state.completed_at) - Date.parse(state.started_at))}`
}
