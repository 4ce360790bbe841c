import type { FoundProvider, ProviderKept } from "../../features/settings/schema"
import type { Client } from "../client/client"
import { print } from "./answer"
import { withConnection } from "./connect"
import { type Context, type ExitCode, exitCodes } from "./context"
import { UsageError } from "./failure"
import { type Add, withCommonOptions } from "./options"
import { type CommonOptions, loadConfig } from "./settings"
import { chooseKey, chooseModel, chooseProvider, type Ready } from "./setup/ask"
import { listing } from "./setup/found"

type SetupOptions = CommonOptions & { provider?: string; model?: string; keyStdin?: boolean }

/** Finds and tests the providers, and keeps the one that is chosen, with its key and model. */
async function setup(context: Context, options: SetupOptions): Promise<ExitCode> {
  if (!options.provider && (options.model || options.keyStdin)) {
    throw new UsageError("Name the provider too, as in --provider anthropic.")
  }
  const { config } = await loadConfig(context, options)
  const key = options.keyStdin ? await readKey(context) : undefined
  return withConnection(context, { config, options }, async ({ client }) => {
    const found = await client.findProviders()
    const isAlone = options.json || !context.terminal.ask
    if (!options.provider && isAlone) {
      await print(context, options, found, await listing(client, found, config.homeOption))
      return exitCodes.done
    }
    const chosen = options.provider
      ? named(found, options.provider)
      : await chooseProvider(context, found)
    const kept = chosen && (await keep(context, client, chosen, { ...options, key }))
    if (!kept) {
      context.terminal.err("Nothing was changed.\n")
      return exitCodes.failed
    }
    await print(context, options, kept, summary(kept))
    return exitCodes.done
  })
}

async function readKey({ terminal }: Context): Promise<string> {
  const key = (await terminal.input?.())?.trim()
  if (!key) throw new UsageError("There is no key on stdin.")
  return key
}

function named(found: FoundProvider[], name: string): FoundProvider {
  const chosen = found.find((provider) => provider.name === name)
  if (chosen) return chosen
  const known = found.map((provider) => provider.name).join(", ")
  throw new UsageError(`There is no provider "${name}". Known providers: ${known}.`)
}

type Given = { key: string | undefined; model?: string }

/** Asks for what is missing. Returns undefined if the person gives up. */
async function keep(
  context: Context,
  client: Client,
  chosen: FoundProvider,
  { key: given, model: wanted }: Given,
): Promise<ProviderKept | undefined> {
  const ready: Ready | undefined =
    given === undefined ? await chooseKey(context, client, chosen) : chosen
  if (!ready) return undefined
  const key = given ?? ready.key
  const model = wanted ?? (await chooseModel(context, ready))
  if (model === undefined) return undefined
  return client.keepProvider(chosen.name, { key, model })
}

function summary({ sentence, model, settings_file }: ProviderKept): string {
  return `${sentence} ${model} answers from now on.\nKept in ${settings_file}. Try it: amelia ask "What is this about?"\n`
}

export const addSetup: Add = (program, does) => {
  withCommonOptions(program.command("setup"))
    .description("find and test the language models you can use, and choose one")
    .option("--provider <name>", "anthropic, claude-code, openrouter, ollama or offline")
    .option("--model <model>", "the default model (default: the provider's own)")
    .option("--key-stdin", "read the provider's API key from stdin")
    .addHelpText("after", examples)
    .action(does(setup))
}

const examples = `
Examples:
  amelia setup                                   asks on a terminal, else lists what it found
  amelia setup --provider ollama --model llama3.2
  amelia setup --provider anthropic --key-stdin < key.txt

The choice is kept in <home>/config.env and holds at once, without a restart.`
