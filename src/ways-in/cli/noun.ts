import { answer } from "./answer"
import { inColumns } from "./columns"
import type { Context, ExitCode } from "./context"
import type { Noun } from "./nouns"
import { type Add, outOption, wholeNumber, withCommonOptions } from "./options"
import { outPlace, writeArtifacts } from "./run/out"
import type { CommonOptions } from "./settings"

export type ListOptions = CommonOptions & { limit?: number; query?: string }

type ShowOptions = CommonOptions & { out?: string }

const LISTED = 50

function list<T>(context: Context, noun: Noun<T>, options: ListOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const items = await noun.list(client, options.limit ?? LISTED, options.query)
    if (items.length === 0 && !options.json) {
      const none = options.query
        ? `No ${noun.name} have these words.`
        : `There are no ${noun.name} yet.`
      context.terminal.err(`${none}\n`)
    }
    return { json: items, text: inColumns([noun.columns, ...items.map(noun.row)]) }
  })
}

function show<T>(
  context: Context,
  noun: Noun<T>,
  id: string,
  options: ShowOptions,
): Promise<ExitCode> {
  const place = options.out ? outPlace(context, options.out) : undefined
  return answer(context, options, async ({ client, serves }) => {
    const item = await noun.find(client, id)
    if (place && noun.artifacts) {
      writeArtifacts(context, place, ...(await noun.artifacts(client, item)))
      return { json: { id, path: place.path }, text: `Artifacts are in ${place.path}\n` }
    }
    const text = await noun.text(client, item, { ...options, serves })
    return { json: item, text: `${text.trimEnd()}\n` }
  })
}

function act(
  context: Context,
  verb: Noun<unknown>["verbs"][string],
  id: string,
  options: CommonOptions,
): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const json = await verb(client, id)
    const { status } = Object(json)
    return { json, text: `${id}: ${status}\n` }
  })
}

/** Adds `amelia runs`, `amelia runs show ID`, and the noun's verbs. */
export function addNoun<T>(noun: Noun<T>): Add {
  return (program, does) => {
    const command = program.command(noun.name).description(noun.description)
    const listed = withCommonOptions(command.command("list", { isDefault: true }))
      .description(`list the ${noun.name}`)
      .option("--limit <n>", "maximum number to list", wholeNumber(1, 200))
      .action(does((context, options: ListOptions) => list(context, noun, options)))
      // Whatever isn't a command comes here, since this is the default.
      .allowExcessArguments()
      .hook("preAction", () => {
        const [unknown] = listed.args
        if (unknown) command.error(`error: unknown command '${unknown}'`)
      })
    if (noun.finds) listed.option("--query <words>", noun.finds)
    const shown = withCommonOptions(command.command("show <id>"))
      .description("print one in full")
      .action(does((context, id: string, options: ShowOptions) => show(context, noun, id, options)))
    if (noun.artifacts) shown.option(...outOption)
    for (const [name, verb] of Object.entries(noun.verbs)) {
      withCommonOptions(command.command(`${name} <id>`))
        .description(`${name} it`)
        .action(
          does((context, id: string, options: CommonOptions) => act(context, verb, id, options)),
        )
    }
  }
}
