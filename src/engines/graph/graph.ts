import { Annotation, END, START, StateGraph } from "@langchain/langgraph"
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint"
import type { GraphDefinition, WorkflowNode } from "../../platform/shapes/workflow-node"

/**
 * Does one node's step and returns the id of its row, which is all that a checkpoint keeps of it.
 * It may say the id before, by `leave`, when nothing but the storing is left to do.
 */
export type RunNode = (node: WorkflowNode, leave: (id: string) => void) => Promise<string>

export type ExecuteOptions = {
  definition: GraphDefinition
  /** LangGraph's thread; ours is the run's id. */
  threadId: string
  saver: BaseCheckpointSaver
  runNode: RunNode
  signal: AbortSignal
}

/**
 * Runs a definition to its end as a LangGraph StateGraph, or goes on from the thread's last
 * checkpoint if there is one. Nodes without a path between them run in parallel, a join waits for
 * all its dependencies. Rejects with what `runNode` or the signal threw.
 */
export async function executeGraph(options: ExecuteOptions): Promise<void> {
  const { definition, threadId, saver, signal } = options
  const steps = new Set<Promise<string>>()
  /** The step that LangGraph was told of early: what follows begins when that is stored. */
  let left: Promise<unknown> = Promise.resolve()
  function runNode(node: WorkflowNode): Promise<string> {
    const early = Promise.withResolvers<string>()
    const leave = (id: string) => {
      // What is stored of others that run would say that this one is done before it is.
      if (steps.size > 1) return
      left = step
      early.resolve(id)
    }
    const step = left.then(() => options.runNode(node, leave)).finally(() => steps.delete(step))
    steps.add(step)
    return Promise.race([early.promise, step])
  }
  const graph = compileGraph(definition, runNode).compile({ checkpointer: saver })
  const thread = { configurable: { thread_id: threadId } }
  const begun = await saver.getTuple(thread)
  try {
    await graph.invoke(begun ? null : { run: threadId }, {
      ...thread,
      signal,
      // The default starts the next node before the last checkpoint is stored.
      durability: "sync",
      // A superstep a node in the longest chain, and the default of 25 is too few.
      recursionLimit: definition.nodes.length + 10,
    })
    await left
  } finally {
    // LangGraph rejects with the first failure and leaves the other branches running.
    await Promise.allSettled(steps)
  }
}

function compileGraph(
  { nodes }: GraphDefinition,
  runNode: (node: WorkflowNode) => Promise<string>,
) {
  const channels = Object.fromEntries(nodes.map(({ id }) => [channelOf(id), Annotation<string>()]))
  // Node ids are the user's, so LangGraph's types, which know names at compile time, give way here.
  const graph = new StateGraph(Annotation.Root({ run: Annotation<string>(), ...channels }))
  const named = graph as unknown as StateGraph<unknown, unknown, unknown, string>
  for (const node of nodes) {
    named.addNode(nodeOf(node.id), async () => ({ [channelOf(node.id)]: await runNode(node) }))
  }
  for (const { id, dependencies } of nodes) {
    if (dependencies.length === 0) named.addEdge(START, nodeOf(id))
    else named.addEdge(dependencies.map(nodeOf), nodeOf(id))
  }
  const needed = new Set(nodes.flatMap(({ dependencies }) => dependencies))
  for (const { id } of nodes) if (!needed.has(id)) named.addEdge(nodeOf(id), END)
  return named
}

/** Our name of a node in the graph: a user's alone could be one that LangGraph or JavaScript uses. */
function nodeOf(id: string): string {
  return `node.${id}`
}

/** One channel a node, so that a checkpoint stores only what its own superstep added. */
function channelOf(nodeId: string): string {
  return `step.${nodeId}`
}

/** The node whose channel this is; undefined for a channel of LangGraph's. */
export function nodeIn(channel: string): string | undefined {
  return channel.startsWith("step.") ? channel.slice("step.".length) : undefined
}
