import type { Run } from "../../features/runs/schema"
import { type Connection, withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { createProgress } from "./run/progress"
import { type CommonOptions, loadConfig } from "./settings"

/** Prints the server's answer as text, or as JSON with --json. */
export async function answer(
  context: Context,
  options: CommonOptions,
  ask: (connection: Connection) => Promise<{ json: unknown; text: string }>,
): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  return withConnection(context, { config, options }, async (connection) => {
    const { json, text } = await ask(connection)
    await print(context, options, json, text)
    return exitCodes.done
  })
}

export function print(
  { terminal }: Context,
  { json: asJson }: CommonOptions,
  json: unknown,
  text: string,
): Promise<void> {
  return terminal.out(asJson ? `${JSON.stringify(json)}\n` : text)
}

/** Starts a run, follows it as `toItsEnd` does, and prints its status. */
export function answerRun(
  context: Context,
  options: CommonOptions,
  start: (connection: Connection) => Promise<Run>,
): Promise<ExitCode> {
  return answer(context, options, async (connection) => {
    const run = await toItsEnd(context, connection, await start(connection))
    return { json: run, text: `${run.id}: ${run.status}\n` }
  })
}

/** Follows a run to its end, unless a `serve` process owns it: then it outlives the command. */
export async function toItsEnd(
  { terminal, interrupted }: Context,
  { client, serves }: Connection,
  run: Run,
): Promise<Run> {
  if (serves) return run
  const progress = createProgress(terminal, Object.keys(run.nodes), false)
  return client.followRun(run.id, progress, interrupted)
}
