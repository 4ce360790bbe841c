import type { Context, ExitCode } from "./context"
import { type RunOptions, runToEnd } from "./run"
import { type Definition, ensureWorkflow } from "./run/target"

/** Number of passages for an answer. */
const PASSAGES = 12

const prompt =
  "Answer the question of the request, and nothing beside it, from the sources. Be as brief as it allows."

/** A one-step workflow, created once per home. Its runs are the questions asked. */
const target: Definition = {
  kind: "definition",
  name: "Questions",
  description: "Questions asked with amelia ask.",
  graph: {
    nodes: [
      { id: "answer", name: "Answer", type: "agent", agent: "custom", dependencies: [], prompt },
    ],
  },
}

/** Prints an answer with citations. Without a model, quotes the documents instead. */
export function ask(context: Context, question: string, options: RunOptions): Promise<ExitCode> {
  return runToEnd(context, question, options, async (client, { input, ...more }) => {
    const { id } = await ensureWorkflow(client, target)
    return client.startWorkflow(id, { rag_top_k: PASSAGES, ...input }, more)
  })
}
