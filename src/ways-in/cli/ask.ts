import type { Context, ExitCode } from "./context"
import { type RunOptions, runToEnd } from "./run"
import { type Definition, ensureWorkflow } from "./run/target"

/** Passages that an answer is made from. */
const PASSAGES = 12

const prompt =
  "Answer the question of the request, and nothing beside it, from the sources. Be as brief as it allows."

/** A workflow of one step, made once a home, so that questions are found again as its runs. */
const target: Definition = {
  kind: "definition",
  name: "Questions",
  description: "What was asked with amelia ask.",
  graph: {
    nodes: [
      { id: "answer", name: "Answer", type: "agent", agent: "custom", dependencies: [], prompt },
    ],
  },
}

/** Prints one answer with citations; without a model, what the documents say to it themselves. */
export function ask(context: Context, question: string, options: RunOptions): Promise<ExitCode> {
  return runToEnd(context, question, options, async (client, { input, ...more }) => {
    const { id } = await ensureWorkflow(client, target)
    return client.startWorkflow(id, { rag_top_k: PASSAGES, ...input }, more)
  })
}
