import { filledIn, type Prompt, variablesOf } from "../../features/prompts/schema"
import type { Client } from "../client/client"
import { answer } from "./answer"
import { inColumns } from "./columns"
import type { Context, ExitCode } from "./context"
import { UsageError } from "./failure"
import { type Add, withCommonOptions } from "./options"
import { readText } from "./read-file"
import type { CommonOptions } from "./settings"

function list(context: Context, options: CommonOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const json = await client.listPrompts()
    if (json.length === 0 && !options.json) context.terminal.err("There are no prompts yet.\n")
    const rows = json.map(({ name, variables, body }) => [
      ...[name, variables.map((it) => it.name).join(", ")],
      body.replace(/\s+/g, " ").slice(0, 80),
    ])
    return { json, text: inColumns([["NAME", "VARIABLES", "TEXT"], ...rows]) }
  })
}

function show(context: Context, name: string, options: CommonOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const json = await promptNamed(client, name)
    return { json, text: `${json.body.trimEnd()}\n` }
  })
}

async function add(
  context: Context,
  name: string,
  path: string,
  options: CommonOptions,
): Promise<ExitCode> {
  const body = await readText(context, path)
  return answer(context, options, async ({ client }) => {
    const json = await client.createPrompt({ name, body })
    return { json, text: `${json.name}: added\n` }
  })
}

function remove(context: Context, name: string, options: CommonOptions): Promise<ExitCode> {
  return answer(context, options, async ({ client }) => {
    const { id } = await promptNamed(client, name)
    return { json: await client.deletePrompt(id), text: `${name}: removed\n` }
  })
}

/** Throws UsageError for an unknown name. */
async function promptNamed(client: Client, name: string): Promise<Prompt> {
  const found = (await client.listPrompts(name)).find((it) => it.name === name)
  if (!found) throw new UsageError(`There is no prompt named ${name}: see amelia prompts.`)
  return found
}

/** Returns a prompt's text with values such as `file=a.ts`. Throws UsageError if one is missing. */
export async function filledPrompt(client: Client, name: string, given: string[]): Promise<string> {
  const { body, variables } = await promptNamed(client, name)
  const values = Object.fromEntries(given.map(variableIn))
  const unknown = Object.keys(values).find((key) => !variables.some((it) => it.name === key))
  if (unknown !== undefined) throw new UsageError(`The prompt ${name} has no variable ${unknown}.`)
  const text = filledIn(body, values)
  const [missing] = variablesOf(text).filter(({ name }) => !Object.hasOwn(values, name))
  if (missing) throw new UsageError(`Give the prompt's variable: --var ${missing.name}=…`)
  return text
}

function variableIn(given: string): [string, string] {
  const at = given.indexOf("=")
  if (at < 1) throw new UsageError(`“${given}” is not a variable: write NAME=VALUE.`)
  return [given.slice(0, at), given.slice(at + 1)]
}

export const addPrompts: Add = (program, does) => {
  const command = program.command("prompts").description("texts to ask again and again")
  withCommonOptions(command.command("list", { isDefault: true }))
    .description("list the prompts")
    .action(does(list))
  withCommonOptions(command.command("show <name>"))
    .description("print a prompt's text")
    .action(does(show))
  withCommonOptions(command.command("add <name> <file>"))
    .description("add a prompt from a file; {{file}} and {{tone=short}} are variables")
    .action(does(add))
  withCommonOptions(command.command("remove <name>"))
    .description("remove a prompt")
    .action(does(remove))
}
