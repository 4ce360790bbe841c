import type { RunNode } from "../../src/features/runs/schema"
import { agentTypes } from "../../src/platform/shapes/agent-type"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"
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
import { kindNote, namesBefore, planNote } from "./words"

export type GraphProps = {
  nodes: WorkflowNode[]
  /** The state of each node by id. Without it, the graph is only a plan. */
  state?: Record<string, RunNode>
  selected?: string
  /** The link of a node. Without it, nodes are not links. */
  href?: (node: WorkflowNode) => string
  /** Unique on the page. */
  id?: string
  /** The element that a click replaces instead of loading a page, if scripts run. */
  target?: string
  /** Shrinks the graph to fit its box instead of scrolling. */
  fit?: boolean
}

/** Nodes as boxes, dependencies as arrows. Scrolls inside its own box if it is too wide. */
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
  const parts = nodes.map((node) => {
    const { id, name } = node
    const status = state?.[id] && ` (${statusBadge(state[id].status).label.toLowerCase()})`
    const after = namesBefore(node, nodes)
    return `${name}${status ?? ""}${after.length > 0 ? ` after ${after.join(" and ")}` : ""}`
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
    "hx-sync": `${target}:replace`,
  }
}

type BoxProps = { placed: PlacedNode; state: RunNode | undefined; width: number }

function NodeBox({ placed, state, width }: BoxProps): JSX.Element {
  const { node, name } = placed
  const badge = statusBadge(state?.status ?? "pending")
  const running = state?.status === "running"
  const title = `${node.name}: ${[kindNote(node), state && badge.label].filter(Boolean).join(", ")}`
  const note = state ? stateNote(state) : planNote(node)
  return (
    <>
      <title safe>{title}</title>
      <Outline node={node} width={width} />
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
      <Tags node={node} width={width} />
    </>
  )
}

const EDGE = 12

/** A gate is pointed on both sides and a map is a stack, so the shape alone tells the kind. */
function Outline({ node, width }: { node: WorkflowNode; width: number }): JSX.Element {
  const [right, half] = [width - EDGE, NODE_HEIGHT / 2]
  const gate = `M${EDGE},0H${right}L${width},${half}L${right},${NODE_HEIGHT}H${EDGE}L0,${half}Z`
  if (node.type === "gate") return <path class="node-box" d={gate} stroke-linejoin="round" />
  const box = { class: "node-box", width, height: NODE_HEIGHT, rx: "10" }
  if (node.type === "agent") return <rect {...box} />
  return (
    <>
      <rect {...box} x="5" y="-5" />
      <rect {...box} />
    </>
  )
}

/** Tags on the upper edge: whether the node asks for approval or has a condition. */
function Tags({ node, width }: { node: WorkflowNode; width: number }): JSX.Element {
  const asks = node.type === "agent" && node.approval === true
  let right = width - EDGE
  const tags = [asks && "asks you", node.when !== undefined && "if"].filter((tag) => tag !== false)
  return (
    <>
      {tags.map((tag) => {
        const wide = 10 + tag.length * 6
        right -= wide + 4
        return (
          <g class="node-tag" {...{ transform: `translate(${right} -8)` }}>
            <rect width={wide} height="16" rx="8" />
            <text x={wide / 2} y="12" text-anchor="middle" safe>
              {tag}
            </text>
          </g>
        )
      })}
    </>
  )
}

/** The icon of a node's kind. The user's own agents have the icon of custom agents. */
function kindIcon(node: WorkflowNode): IconName {
  if (node.type !== "agent") return node.type === "gate" ? "check" : "list"
  const type = agentTypes.find((type) => type === node.agent)
  return typeIcons[type ?? "custom"]
}

/** The icon of the node's state, or of its kind in a plan. */
function markOf(node: WorkflowNode, state: RunNode | undefined): IconName {
  if (!state) return kindIcon(node)
  const { icon } = statusBadge(state.status)
  return icon === "spinner" ? "dots" : icon
}

function stateNote(state: RunNode): string {
  const { label } = statusBadge(state.status)
  if (state.started_at === null || state.completed_at === null) return label
  return `${label} · ${formatDuration(Date.parse(state.completed_at) - Date.parse(state.started_at))}`
}
