import { z } from "zod"

export const NAME_MAX = 64
export const BODY_MAX = 20_000

const sign = "Use lowercase letters, digits and dashes."
const promptFields = {
  name: z
    .string()
    .trim()
    .min(1, "Give it a name.")
    .max(NAME_MAX)
    .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, sign),
  body: z.string().trim().min(1, "Write what it asks.").max(BODY_MAX),
}
export const promptInput = z.strictObject(promptFields)
export type PromptInput = z.infer<typeof promptInput>

export const promptChange = promptInput.partial()
export type PromptChange = z.infer<typeof promptChange>

/** A text that is asked again and again, as `/name` in a composer. */
export type Prompt = {
  id: string
  name: string
  body: string
  variables: PromptVariable[]
  created_at: string
  updated_at: string
}

/** `{{name}}` in a prompt's text, or `{{name=default}}`. */
export type PromptVariable = { name: string; default: string | null }

const variable = /\{\{\s*([\p{L}\p{N}_-]{1,64})\s*(?:=([^{}]*))?\}\}/gu

/** Lists the variables of a text, each once, in order. */
export function variablesOf(body: string): PromptVariable[] {
  const found = new Map<string, string | null>()
  for (const [, name = "", value] of body.matchAll(variable)) {
    found.set(name, found.get(name) ?? value?.trim() ?? null)
  }
  return [...found].map(([name, value]) => ({ name, default: value }))
}

/** Puts values in the variables' places. A variable without a value or default stays as it is. */
export function filledIn(body: string, values: Readonly<Record<string, string>>): string {
  const defaults = new Map(variablesOf(body).map((it) => [it.name, it.default]))
  return body.replace(variable, (written, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? "") : (defaults.get(name) ?? written),
  )
}
