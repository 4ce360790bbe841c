import { type Connection, withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
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
