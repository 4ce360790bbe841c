import { inColumns } from "./columns"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { type CommonOptions, loadConfig } from "./settings"

/** Prints which models there are, and which of them is the default. */
export async function models(context: Context, options: CommonOptions): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  return withConnection(context, { config, options }, async ({ client }) => {
    const all = await client.listModels()
    const rows = all.map((it) => [
      it.id,
      it.usable ? "yes" : "no",
      it.default ? "yes" : "",
      it.note,
    ])
    const text = inColumns([["ID", "USABLE", "DEFAULT", "WHY"], ...rows])
    await context.terminal.out(options.json ? `${JSON.stringify(all)}\n` : text)
    return exitCodes.done
  })
}
