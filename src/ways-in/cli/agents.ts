import { answer } from "./answer"
import type { Context, ExitCode } from "./context"
import { addNoun, type ListOptions } from "./noun"
import { agents } from "./nouns"
import { type Add, under, wholeNumber, withCommonOptions, withWorkOptions } from "./options"
import { type RunOptions, runToEnd } from "./run"

/** Starts an agent and follows it to its end, as `run` does for a workflow. */
function startAgent(
  context: Context,
  id: string,
  query: string | undefined,
  options: RunOptions,
): Promise<ExitCode> {
  return runToEnd(context, query, options, (client, given) => client.startAgent(id, given))
}

function showLogs(context: Context, id: string, options: ListOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const lines = await client.listAgentLogs(id, { limit: options.limit ?? 50 })
    return { json: lines, text: lines.map((line) => `${line}\n`).join("") }
  })
}

/** The common commands of a noun, plus `start` and `logs`. */
export const addAgents: Add = (program, does) => {
  addNoun(agents)(program, does)
  const command = under(program, agents.name)
  withWorkOptions(command.command("start <id> [query]"))
    .description("start it, follow it to completion and print its artifacts")
    .action(does(startAgent))
  withCommonOptions(command.command("logs <id>"))
    .description("print the last lines of its log")
    .option("--limit <n>", "maximum number of lines", wholeNumber(1, 200))
    .action(does(showLogs))
}
