import { type FoundProvider, isReady } from "../../../features/settings/schema"
import type { Client } from "../../client/client"
import type { Context } from "../context"
import { UsageError } from "../failure"
import { lines } from "./found"

/** A provider that answers, and the new key that it needs for that. */
export type Ready = FoundProvider & { key?: string }

/** More models than this are not listed: their names can be typed. */
const LISTED = 12

/** Returns undefined if the person gives up. */
export async function chooseProvider(
  { terminal }: Context,
  found: FoundProvider[],
): Promise<FoundProvider | undefined> {
  const standard = found.find((it) => isReady(it) && it.name !== "offline") ?? found[0]
  terminal.err(`\n${lines(found).join("\n")}\n\n`)
  const names = found.map(({ name }, at) => `${at + 1} ${name}`).join(", ")
  const question = `Which one should answer? ${names} [${standard?.name}]: `
  return choose(terminal, question, (said) =>
    said === "" ? standard : (found[Number(said) - 1] ?? found.find(({ name }) => name === said)),
  )
}

/** Returns the provider once it answers, with a new key if it needed one. */
export async function chooseKey(
  { terminal }: Context,
  client: Client,
  chosen: FoundProvider,
): Promise<Ready | undefined> {
  const { name, title, key_setting, fix, note, answer } = chosen
  if (isReady(chosen)) return chosen
  if (key_setting === null) {
    throw new Error([answer?.sentence ?? note, fix, "Then run amelia setup again."].join(" "))
  }
  if (!terminal.askHidden) {
    throw new UsageError(
      `${answer?.sentence ?? note} Give a key: amelia setup --provider ${name} --key-stdin < FILE`,
    )
  }
  for (;;) {
    const question = `Paste your ${title} API key, which isn't shown (${keyPages[name]}): `
    const key = (await terminal.askHidden(question))?.trim()
    if (!key) return undefined
    terminal.err("Testing it…\n")
    try {
      const answer = await client.checkProvider(name, key)
      if (answer.ok) return { ...chosen, answer, key }
      terminal.err(`${answer.sentence}\n`)
    } catch (error) {
      terminal.err(`${error instanceof Error ? error.message : error}\n`)
    }
  }
}

const keyPages: Record<string, string> = {
  anthropic: "from console.anthropic.com/settings/keys",
  openrouter: "from openrouter.ai/settings/keys",
}

/** Without a terminal it is the provider's own. */
export async function chooseModel(
  { terminal }: Context,
  { title, answer, models: known, default_model }: Ready,
): Promise<string | undefined> {
  const models = answer?.models.length ? answer.models : known
  const standard = default_model ?? models[0]
  if (!terminal.ask || models.length < 2) return standard
  const listed = models.length > LISTED ? [] : models
  for (const [at, model] of listed.entries()) terminal.err(`  ${at + 1}  ${model}\n`)
  const how = listed.length > 0 ? "number or name" : `name, of ${models.length}`
  return choose(terminal, `Model of ${title}, by ${how} [${standard}]: `, (said) =>
    said === "" ? standard : (listed[Number(said) - 1] ?? (/^\d+$/.test(said) ? undefined : said)),
  )
}

/** Asks until the answer is a choice. Returns undefined at the end of input. */
async function choose<T>(
  terminal: Context["terminal"],
  question: string,
  read: (said: string) => T | undefined,
): Promise<T | undefined> {
  for (;;) {
    const said = await terminal.ask?.(question)
    if (said === undefined) return undefined
    const chosen = read(said.trim())
    if (chosen !== undefined) return chosen
    terminal.err(`"${said.trim()}" is none of these.\n`)
  }
}
