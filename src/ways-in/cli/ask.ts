import type { Context, ExitCode } from "./context"
import { type Add, withWorkOptions } from "./options"
import { type RunOptions, runToEnd } from "./run"
import { type Definition, ensureWorkflow } from "./run/target"

export const PASSAGES = 12

const prompt =
  "Answer the question of the request, and nothing beside it, from the sources. Be as brief as it allows."

/** A one-step workflow, created once per home. Its runs are the questions asked. */
export const questions: Definition = {
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
function ask(context: Context, words: string[], options: RunOptions): Promise<ExitCode> {
  const shown = { ...options, whole: true }
  return runToEnd(context, words.join(" "), shown, async (client, { input, ...more }) => {
    const { id } = await ensureWorkflow(client, questions)
    return client.startWorkflow(id, { rag_top_k: PASSAGES, ...input }, more)
  })
}

export const addAsk: Add = (program, does) => {
  withWorkOptions(program.command("ask"))
    .description("answer a question from the documents, with citations")
    .argument("<question...>", "the question to answer")
    .addHelpText("after", '\nExamples:\n  amelia ask "When does a session end?" --doc notes.md')
    .action(does(ask))
}
