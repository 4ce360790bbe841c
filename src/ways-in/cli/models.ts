import type { Model } from "../../engines/models/schema"
import { answer } from "./answer"
import { inColumns } from "./columns"
import type { Context, ExitCode } from "./context"
import { type Add, verbose, withCommonOptions } from "./options"
import type { CommonOptions } from "./settings"

/** Prints the usable models. Prints to stderr which providers are unusable, and why. */
function listModels(context: Context, options: CommonOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const models = await client.listModels()
    const notes = options.json ? [] : models.flatMap(noteOf)
    for (const note of new Set(notes)) context.terminal.err(`${note}\n`)
    const rows = models.filter(({ usable }) => usable).map(rowOf)
    const heads = ["MODEL", "NAME", "WINDOW", "OUTPUT", "CAN"]
    return { json: models, text: inColumns([heads, ...rows]) }
  })
}

export const addModels: Add = (program, does) => {
  withCommonOptions(program.command("models"))
    .description("list the models you can use")
    .option(...verbose)
    .action(does(listModels))
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
