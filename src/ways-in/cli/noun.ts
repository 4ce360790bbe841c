import { answer, toItsEnd } from "./answer"
import { inColumns } from "./columns"
import type { Context, ExitCode } from "./context"
import type { Noun } from "./nouns"
import { type Add, wholeNumber, withCommonOptions } from "./options"
import type { CommonOptions } from "./settings"

export type ListOptions = CommonOptions & { limit?: number }

const LISTED = 50

function list<T>(context: Context, noun: Noun<T>, options: ListOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const items = await noun.list(client, options.limit ?? LISTED)
    return { json: items, text: inColumns([noun.columns, ...items.map(noun.row)]) }
  })
}

function show<T>(
  context: Context,
  noun: Noun<T>,
  id: string,
  options: CommonOptions,
): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const item = await noun.find(client, id)
    return { json: item, text: `${(await noun.text(client, item)).trimEnd()}\n` }
  })
}

function act(
  context: Context,
  verb: Noun<unknown>["verbs"][string],
  id: string,
  options: CommonOptions,
): Promise<ExitCode> {
  return answer(context, options, async (connection) => {
    const json = await verb(connection.client, id, (run) => toItsEnd(context, connection, run))
    const { status } = Object(json)
    return { json, text: `${id}: ${status}\n` }
  })
}

/** Adds `amelia runs`, `amelia runs show ID`, and the noun's verbs. */
export function addNoun<T>(noun: Noun<T>): Add {
  return (program, does) => {
    const command = program.command(noun.name).description(noun.description)
    withCommonOptions(command.command("list", { isDefault: true }))
      .description(`list the ${noun.name}`)
      .option("--limit <n>", "maximum number to list", wholeNumber(1, 200))
      .action(does((context, options: ListOptions) => list(context, noun, options)))
    withCommonOptions(command.command("show <id>"))
      .description("print one in full")
      .action(
        does((context, id: string, options: CommonOptions) => show(context, noun, id, options)),
      )
    for (const [name, verb] of Object.entries(noun.verbs)) {
      withCommonOptions(command.command(`${name} <id>`))
        .description(`${name} it`)
        .action(
          does((context, id: string, options: CommonOptions) => act(context, verb, id, options)),
        )
    }
  }
}
