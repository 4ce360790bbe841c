import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { type RunOptions, runToEnd } from "./run"
import { type CommonOptions, loadConfig } from "./settings"

/** Starts an agent and follows it to its end, as `run` does for a workflow. */
export function startAgent(
  context: Context,
  { id, query }: { id: string; query: string | undefined },
  options: RunOptions,
): Promise<ExitCode> {
  return runToEnd(context, query, options, (client, given) => client.startAgent(id, given))
}

/** Prints the last lines of an agent's log, oldest first. */
export async function showLogs(
  context: Context,
  id: string,
  options: CommonOptions & { limit?: number },
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  return withConnection(context, { config, options }, async ({ client }) => {
    const lines = await client.listAgentLogs(id, { limit: options.limit ?? 50 })
    const text = lines.map((line) => `${line}\n`).join("")
    await context.terminal.out(options.json ? `${JSON.stringify(lines)}\n` : text)
    return exitCodes.done
  })
}
