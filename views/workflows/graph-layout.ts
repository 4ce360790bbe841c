import {
  Graph as DagreGraph,
  type EdgeLabel,
  layout,
  type NodeLabel,
  type Point,
} from "@dagrejs/dagre"
import type { WorkflowNode } from "../../src/platform/shapes/workflow-node"

export const NODE_HEIGHT = 52
const NODE_WIDTH_MIN = 148
const NODE_WIDTH_MAX = 236
/** Width of the widest common letter in 13 px system fonts, so that names fit in all of them. */
const LETTER_WIDTH = 8
/** Room for the mark at the left and the padding at the right. */
const NODE_TRIM = 52

export type PlacedNode = { node: WorkflowNode; x: number; y: number; name: string }
export type PlacedEdge = { from: string; to: string; path: string; head: string }
export type Layout = {
  width: number
  height: number
  nodeWidth: number
  nodes: PlacedNode[]
  edges: PlacedEdge[]
}

/** Lays out the nodes from left to right, each to the right of its dependencies. */
export function layoutGraph(nodes: WorkflowNode[]): Layout {
  const nodeWidth = widthFor(nodes)
  const graph = new DagreGraph<object, NodeLabel, EdgeLabel>()
  graph.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 52, edgesep: 14, marginx: 2, marginy: 2 })
  for (const { id } of nodes) graph.setNode(id, { width: nodeWidth, height: NODE_HEIGHT })
  const known = new Set(nodes.map(({ id }) => id))
  for (const node of nodes)
    for (const from of node.dependencies) if (known.has(from)) graph.setEdge(from, node.id, {})
  layout(graph)

  const places = nodes.map((node) => place(node, graph.node(node.id), nodeWidth))
  const byId = new Map(places.map((placed) => [placed.node.id, placed]))
  const edges = graph.edges().flatMap(({ v, w }) => {
    const [from, to] = [byId.get(v), byId.get(w)]
    if (!from || !to) return []
    return [drawEdge(from, to, graph.edge(v, w).points ?? [], nodeWidth)]
  })
  const right = Math.max(...places.map(({ x }) => x + nodeWidth))
  const bottom = Math.max(...places.map(({ y }) => y + NODE_HEIGHT))
  return { width: right + 2, height: bottom + 2, nodeWidth, nodes: places, edges }
}

function widthFor(nodes: WorkflowNode[]): number {
  const longest = Math.max(...nodes.map(({ name }) => name.length))
  const wanted = Math.round(longest * LETTER_WIDTH + NODE_TRIM)
  return Math.min(NODE_WIDTH_MAX, Math.max(NODE_WIDTH_MIN, wanted))
}

function place(node: WorkflowNode, label: NodeLabel, nodeWidth: number): PlacedNode {
  const letters = Math.floor((nodeWidth - NODE_TRIM) / LETTER_WIDTH)
  const name = node.name.length > letters ? `${node.name.slice(0, letters - 1).trim()}…` : node.name
  const [x, y] = [(label.x ?? 0) - nodeWidth / 2, (label.y ?? 0) - NODE_HEIGHT / 2]
  return { node, x: Math.round(x), y: Math.round(y), name }
}

/**
 * Draws an edge from the middle of the right side to the middle of the left side, straight through
 * the columns between. Every second bend from dagre lies in a column, the others in the gaps.
 */
function drawEdge(from: PlacedNode, to: PlacedNode, bends: Point[], nodeWidth: number): PlacedEdge {
  const middle = NODE_HEIGHT / 2
  const start = { x: from.x + nodeWidth, y: from.y + middle }
  const end = { x: to.x, y: to.y + middle }
  const half = nodeWidth / 2
  const columns = bends.slice(1, -1).filter((_, index) => index % 2 === 1)
  const through = columns.flatMap(({ x, y }) => [
    { x: x - half, y },
    { x: x + half, y },
  ])
  const points = [start, ...through, { x: end.x - 5, y: end.y }]
  const path = points.map((point, index) => curve(points[index - 1], point)).join("")
  const head = `M${end.x - 7},${end.y - 4}L${end.x - 1},${end.y}L${end.x - 7},${end.y + 4}Z`
  return { from: from.node.id, to: to.node.id, path, head }
}

function curve(from: Point | undefined, to: Point): string {
  const [x, y] = [Math.round(to.x), Math.round(to.y)]
  if (!from) return `M${x},${y}`
  const half = Math.round((from.x + to.x) / 2)
  return `C${half},${Math.round(from.y)} ${half},${y} ${x},${y}`
}
