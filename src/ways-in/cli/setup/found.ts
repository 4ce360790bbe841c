import { type FoundProvider, isReady } from "../../../features/settings/schema"
import type { Client } from "../../client/client"

/** A mark and a sentence for each, with what to do about those that aren't ready. */
export function lines(found: FoundProvider[]): string[] {
  const width = Math.max(...found.map(({ title }) => title.length))
  return found.flatMap((provider) => {
    const { title, note, fix, answer } = provider
    const head = `${isReady(provider) ? "✓" : "·"} ${title.padEnd(width)}  ${answer?.sentence ?? note}`
    return isReady(provider) || fix === null ? [head] : [head, `${" ".repeat(width + 4)}→ ${fix}`]
  })
}

/** For a program, or a person without a terminal: what was found, and how to choose. */
export async function listing(
  client: Client,
  found: FoundProvider[],
  homeOption: string,
): Promise<string> {
  const { id, note } = await client.readDefaultModel()
  const now = note ?? `${id} answers now.`
  const choose = `amelia setup${homeOption} --provider NAME [--model MODEL] [--key-stdin]`
  return `${lines(found).join("\n")}\n\n${now}\nTo choose one: ${choose}\n`
}
