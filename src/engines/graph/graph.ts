import { Annotation, END, START, StateGraph } from "@langchain/langgraph"
import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint"
import type { GraphDefinition, WorkflowNode } from "../../platform/shapes/workflow-node"

/** Does one node's step and returns its row's id, which is all that a checkpoint keeps of it. */
export type RunNode = (node: WorkflowNode) => Promise<string>

type ExecuteOptions = {
  definition: GraphDefinition
  /** LangGraph's thread. Amelia uses the run's id. */
  threadId: string
  saver: BaseCheckpointSaver
  runNode: RunNode
  signal: AbortSignal
}

/**
 * Runs a definition to its end as a LangGraph StateGraph, or continues from the thread's last
 * checkpoint. Nodes without a path between them run in parallel; a join waits for all its
 * dependencies. Rejects with what `runNode` or the signal threw.
 */
export async function executeGraph(options: ExecuteOptions): Promise<void> {
  const { definition, threadId, saver, signal } = options
  const steps = new Set<Promise<string>>()
  function runNode(node: WorkflowNode): Promise<string> {
    const step = options.runNode(node).finally(() => steps.delete(step))
    steps.add(step)
    return step
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
      // The longest chain takes one superstep per node, and the default of 25 is too few.
      recursionLimit: definition.nodes.length + 10,
    })
  } finally {
    // LangGraph rejects on the first failure and leaves the other branches running.
    await Promise.allSettled(steps)
  }
}

function compileGraph({ nodes }: GraphDefinition, runNode: RunNode) {
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

/** A node's name in the graph. A user's id alone could clash with LangGraph's or JavaScript's. */
function nodeOf(id: string): string {
  return `node.${id}`
}

/** One channel per node, so a checkpoint stores only what its own superstep added. */
function channelOf(nodeId: string): string {
  return `step.${nodeId}`
}

/** Returns the node of a channel, or undefined if the channel is LangGraph's own. */
export function nodeIn(channel: string): string | undefined {
  return channel.startsWith("step.") ? channel.slice("step.".length) : undefined
}
