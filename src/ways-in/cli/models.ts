import type { Model } from "../../engines/models/schema"
import { inColumns } from "./columns"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { type CommonOptions, loadConfig } from "./settings"

/** Prints the usable models. Prints to stderr which providers are unusable, and why. */
export async function listModels(context: Context, options: CommonOptions): Promise<ExitCode> {
  const { config } = await loadConfig(context, options)
  return withConnection(context, { config, options }, async ({ client }) => {
    const models = await client.listModels()
    const { terminal } = context
    if (options.json) {
      await terminal.out(`${JSON.stringify(models)}\n`)
      return exitCodes.done
    }
    for (const note of new Set(models.flatMap(noteOf))) terminal.err(`${note}\n`)
    const rows = models.filter(({ usable }) => usable).map(rowOf)
    await terminal.out(inColumns([["MODEL", "NAME", "WINDOW", "OUTPUT", "CAN"], ...rows]))
    return exitCodes.done
  })
}

function noteOf({ provider, note }: Model): string[] {
  return note ? [`${provider}: ${note}`] : []
}

function rowOf({ id, name, context_window, max_output, capabilities, ...model }: Model): string[] {
  const tokens = (count: number | null) => count?.toLocaleString("en") ?? ""
  const can = (capabilities ?? []).join(", ").replaceAll("_", " ")
  const shown = model.default ? `${id} (default)` : id
  return [shown, name ?? "", tokens(context_window), tokens(max_output), can]
}
