import { invalid } from "../../platform/errors"
import { agentTypes } from "../../platform/shapes/agent-type"
import {
  type GraphDefinition,
  type WorkflowNode,
  workOf,
} from "../../platform/shapes/workflow-node"
import { faultOf } from "./expression"

/**
 * Checks what the schema can't: ids are unique, dependencies exist, there are no cycles, and
 * expressions are valid. Throws a ValidationError that names the node.
 */
export function checkDefinition(definition: GraphDefinition): GraphDefinition {
  const ids = new Set<string>()
  definition.nodes.forEach(({ id }, index) => {
    if (ids.has(id)) refuse(index, "id", `Two nodes have the id "${id}".`)
    ids.add(id)
  })
  definition.nodes.forEach(({ id, dependencies }, index) => {
    for (const dependency of dependencies) {
      if (ids.has(dependency)) continue
      refuse(index, "dependencies", `"${id}" depends on "${dependency}", which does not exist.`)
    }
    if (new Set(dependencies).size < dependencies.length) {
      refuse(index, "dependencies", `"${id}" names a dependency twice.`)
    }
  })
  const circle = findCycle(definition)
  if (circle) {
    const index = definition.nodes.findIndex(({ id }) => id === circle[0])
    refuse(index, "dependencies", `These nodes depend on each other: ${circle.join(" → ")}.`)
  }
  checkExpressions(definition)
  return definition
}

function checkExpressions({ nodes }: GraphDefinition): void {
  nodes.forEach((node, index) => {
    const upstream = upstreamOf(nodes, node)
    const check = (field: "when" | "over", expression: string | undefined) => {
      const fault = expression && faultOf(expression, upstream)
      if (fault) refuse(index, field, `The ${field} of "${node.id}" is wrong: ${fault}.`)
    }
    check("when", node.when)
    if (node.type === "map") check("over", node.over)
  })
}

/** Returns the ids of all nodes that a node depends on, directly or indirectly. */
export function upstreamOf(
  nodes: readonly WorkflowNode[],
  { dependencies }: WorkflowNode,
): string[] {
  const found = new Set(dependencies)
  // Iterating over a set includes what is added meanwhile.
  for (const id of found) {
    for (const further of nodes.find((node) => node.id === id)?.dependencies ?? [])
      found.add(further)
  }
  return [...found]
}

/** Returns the ids of the agents that these nodes use. A plain role has no id. */
export function agentIdsOf(nodes: readonly WorkflowNode[]): string[] {
  const named = nodes.flatMap((node) => workOf(node)?.agent ?? [])
  return [...new Set(named)].filter((agent) => !agentTypes.some((type) => type === agent))
}

/** Throws ValidationError if a node's agent is not among the known ids. */
export function checkAgents({ nodes }: GraphDefinition, known: readonly string[]): void {
  const missing = agentIdsOf(nodes).find((id) => !known.includes(id))
  if (missing === undefined) return
  const index = nodes.findIndex((node) => workOf(node)?.agent === missing)
  refuse(index, "agent", `There is no agent "${missing}".`)
}

/** Returns the ids of a cycle, with the first one repeated at the end, or undefined. */
function findCycle({ nodes }: GraphDefinition): string[] | undefined {
  const dependencies = new Map(nodes.map((node) => [node.id, node.dependencies]))
  const done = new Set<string>()
  const path: string[] = []
  function visit(id: string): string[] | undefined {
    const start = path.indexOf(id)
    if (start >= 0) return [...path.slice(start), id]
    if (done.has(id)) return undefined
    path.push(id)
    for (const dependency of dependencies.get(id) ?? []) {
      const cycle = visit(dependency)
      if (cycle) return cycle
    }
    path.pop()
    done.add(id)
    return undefined
  }
  for (const { id } of nodes) {
    const cycle = visit(id)
    if (cycle) return cycle.reverse()
  }
  return undefined
}

function refuse(index: number, field: string, message: string): never {
  throw invalid(`graph_definition.nodes.${index}.${field}`, message)
}
